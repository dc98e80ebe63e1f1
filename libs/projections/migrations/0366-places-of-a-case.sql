-- Which decisions say where a child of the case stays, for who reads the case: it is said of each, by its id, that the child
-- has left, or that it is there after all. Rows that a build before this one filled wait for `ops rebuild home_board`.
ALTER TABLE home_board.case_v1 ADD COLUMN decided_places jsonb NOT NULL DEFAULT '[]';
GRANT SELECT (decided_places) ON home_board.case_v1 TO read_home_board;
