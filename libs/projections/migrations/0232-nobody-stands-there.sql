-- When nobody stands there any more, the Police of the place have no task, and no row: what was kept of it before goes.
SET LOCAL ROLE project_police;
DELETE FROM police.placement_v1 WHERE status = 'OVER';
RESET ROLE;
