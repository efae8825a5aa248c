-- What an auditor reads is never changed and never deleted.
CREATE FUNCTION only_added_to() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is only added to', TG_TABLE_NAME; END
$$;
CREATE TRIGGER ledger_transactions_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_transactions
    FOR EACH STATEMENT EXECUTE FUNCTION only_added_to();
CREATE TRIGGER ledger_entries_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entries
    FOR EACH STATEMENT EXECUTE FUNCTION only_added_to();
CREATE TRIGGER dispute_transitions_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON dispute_transitions
    FOR EACH STATEMENT EXECUTE FUNCTION only_added_to();
