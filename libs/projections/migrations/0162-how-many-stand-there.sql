-- How many there are to fetch or to protect: adults and children, for who stands by at the home board and for Police where
-- somebody is placed. Rows that a build before this one filled wait for `ops rebuild`.
ALTER TABLE home_board.alarm_v1 ADD COLUMN adults integer, ADD COLUMN children integer;
GRANT SELECT (adults, children) ON home_board.alarm_v1 TO read_home_board;
ALTER TABLE police.placement_v1 ADD COLUMN adults integer, ADD COLUMN children integer;
GRANT SELECT (adults, children) ON police.placement_v1 TO read_police;
