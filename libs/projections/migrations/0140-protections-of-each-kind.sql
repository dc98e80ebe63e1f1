-- The home board is reminded of each kind of protection by itself, so the row of a case knows them all. No reader is shown
-- this column: what the officers read of protections is home_protection. A database that was filled before is brought up
-- by `ops migrate` and then `ops rebuild all`, as README.md of this lib says.
ALTER TABLE home_board.case_v1 ADD COLUMN protections jsonb NOT NULL DEFAULT '[]';
