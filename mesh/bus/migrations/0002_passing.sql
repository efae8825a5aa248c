-- How often a parked event failed passingly. `attempts` counts the other failures.
ALTER TABLE bus_parked ADD COLUMN passing INTEGER NOT NULL DEFAULT 0;
