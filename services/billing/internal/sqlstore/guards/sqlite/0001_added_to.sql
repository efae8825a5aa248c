-- What an auditor reads is never changed and never deleted.
CREATE TRIGGER ledger_transactions_no_update BEFORE UPDATE ON ledger_transactions
BEGIN SELECT RAISE(ABORT, 'ledger_transactions is only added to'); END;
CREATE TRIGGER ledger_transactions_no_delete BEFORE DELETE ON ledger_transactions
BEGIN SELECT RAISE(ABORT, 'ledger_transactions is only added to'); END;
CREATE TRIGGER ledger_entries_no_update BEFORE UPDATE ON ledger_entries
BEGIN SELECT RAISE(ABORT, 'ledger_entries is only added to'); END;
CREATE TRIGGER ledger_entries_no_delete BEFORE DELETE ON ledger_entries
BEGIN SELECT RAISE(ABORT, 'ledger_entries is only added to'); END;
CREATE TRIGGER dispute_transitions_no_update BEFORE UPDATE ON dispute_transitions
BEGIN SELECT RAISE(ABORT, 'dispute_transitions is only added to'); END;
CREATE TRIGGER dispute_transitions_no_delete BEFORE DELETE ON dispute_transitions
BEGIN SELECT RAISE(ABORT, 'dispute_transitions is only added to'); END;
