-- A place that became known stays known when the person has left it: the desk sees that the case is compromised, and by
-- which placement, and is offered nothing in that area again.
ALTER TABLE coordinator.request_v1 ADD COLUMN compromised boolean NOT NULL DEFAULT false;
GRANT SELECT (compromised) ON coordinator.request_v1 TO read_coordinator;
ALTER TABLE coordinator.proposal_v1 ADD COLUMN exposed boolean NOT NULL DEFAULT false;
GRANT SELECT (exposed) ON coordinator.proposal_v1 TO read_coordinator;
