ALTER TABLE conversations ADD COLUMN agent TEXT NOT NULL DEFAULT '';
-- Of the newest step of the conversation's tasks in routing that was followed.
ALTER TABLE conversations ADD COLUMN task_sequence BIGINT NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN change_time BIGINT NOT NULL DEFAULT 0;
UPDATE conversations SET change_time = CASE WHEN close_time > update_time THEN close_time ELSE update_time END;
CREATE INDEX conversations_changed ON conversations (tenant, change_time, id);
CREATE INDEX conversations_customer ON conversations (tenant, customer_id);
-- Without those of the assistant (1), which are nearly all, so that what is said there costs nothing here.
CREATE INDEX conversations_handler ON conversations (tenant, handler, change_time, id) WHERE handler <> 1;

-- Zero while nobody has done it.
ALTER TABLE open_requests ADD COLUMN done_time BIGINT NOT NULL DEFAULT 0;
DROP INDEX open_requests_oldest;
DROP INDEX open_requests_customer;
CREATE INDEX open_requests_oldest ON open_requests (tenant, create_time, id) WHERE done_time = 0;
CREATE INDEX open_requests_customer ON open_requests (tenant, customer_id, create_time, id) WHERE done_time = 0;
CREATE INDEX open_requests_conversation ON open_requests (tenant, conversation_id) WHERE done_time = 0;

-- How well the channel vouched for who wrote; 0 for our own, and for what was written before this was kept.
ALTER TABLE messages ADD COLUMN assurance BIGINT NOT NULL DEFAULT 0;
