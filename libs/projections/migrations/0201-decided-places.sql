-- Where a decision says that a child stays is opened with a pass alone: it stands in no read model of the board.
DELETE FROM home_board.sealed_v1 WHERE source = 'own' AND class = 'destination' AND envelope ->> 'stream' LIKE 'decision-%';
