-- That a case waited for another one told its home board that the person is known elsewhere. A row shows how far the case
-- has come, and nothing of who holds the claim.
UPDATE home_board.case_v1 SET status = stage WHERE status = 'WAITING';
ALTER TABLE home_board.case_v1 DROP COLUMN claimed, DROP COLUMN stage;
