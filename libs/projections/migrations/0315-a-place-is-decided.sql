-- That a decision says where a child stays, and of which day: who reads the case knows that there is a place to be opened, and
-- finds it with a pass alone. Rows that a build before this one filled wait for `ops rebuild home_board`.
ALTER TABLE home_board.case_v1 ADD COLUMN place_decided_on date;
GRANT SELECT (place_decided_on) ON home_board.case_v1 TO read_home_board;
