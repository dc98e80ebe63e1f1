-- That where a decision says that a child stays is known to somebody who must not know it: to who stands by and to who reads
-- the case at the home board, and to Police at home, who fetch the child, as an item in their inbox alone. No other agency
-- has a row that changes with it.
ALTER TABLE home_board.decided_place_v1 ADD COLUMN exposed boolean NOT NULL DEFAULT false;
GRANT SELECT (exposed) ON home_board.decided_place_v1 TO read_home_board;
ALTER TABLE police.home_case_v1 ADD COLUMN exposed_places text[] NOT NULL DEFAULT '{}';
-- Those that the child is said to have left, whatever is reported of them meanwhile: report and departure may cross.
ALTER TABLE police.home_case_v1 ADD COLUMN left_places text[] NOT NULL DEFAULT '{}';
