CREATE INDEX dialogues_by_customer ON dialogues (tenant, customer_id, update_time);
