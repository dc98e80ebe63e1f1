-- For each new place the registers that may give it away are gone through again. Which of them wait is in the row of the case,
-- for the officers' inbox; no reader is shown this column: the checklist itself is home_protection. A database that was
-- filled before: `ops rebuild home-board`.
ALTER TABLE home_board.case_v1 ADD COLUMN open_registers text[] NOT NULL DEFAULT '{}';
