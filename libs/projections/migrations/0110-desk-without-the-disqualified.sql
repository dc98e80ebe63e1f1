-- Who is disqualified in a case (FL 16 §) is shown nothing of it at the desk: the seat opens every case but that one.
CREATE TABLE coordinator.disqualified_v1 (
  case_id text NOT NULL,
  person text NOT NULL,
  since timestamptz NOT NULL,
  PRIMARY KEY (case_id, person)
);
SELECT platform.guard_read_model('coordinator', 'disqualified_v1', ARRAY['case_id'],
  $$person = current_setting('app.person', true)$$);

ALTER POLICY reader ON coordinator.request_v1
  USING (visible AND organisation = current_setting('app.organisation', true)
    AND (current_setting('app.person', true) = ANY (persons) OR EXISTS (SELECT FROM coordinator.desk_v1))
    AND case_id NOT IN (SELECT d.case_id FROM coordinator.disqualified_v1 d));
ALTER POLICY reader ON coordinator.candidate_v1
  USING (organisation = current_setting('app.organisation', true)
    AND (current_setting('app.person', true) = ANY (persons) OR EXISTS (SELECT FROM coordinator.desk_v1))
    AND case_id NOT IN (SELECT d.case_id FROM coordinator.disqualified_v1 d));
ALTER POLICY reader ON coordinator.proposal_v1
  USING (organisation = current_setting('app.organisation', true)
    AND (current_setting('app.person', true) = ANY (persons) OR EXISTS (SELECT FROM coordinator.desk_v1))
    AND case_id NOT IN (SELECT d.case_id FROM coordinator.disqualified_v1 d));
-- An item begins with the case that it is about.
ALTER POLICY reader ON coordinator.inbox_v1
  USING (organisation = current_setting('app.organisation', true)
    AND (current_setting('app.person', true) = ANY (persons) OR EXISTS (SELECT FROM coordinator.desk_v1))
    AND split_part(item, '/', 1) NOT IN (SELECT d.case_id FROM coordinator.disqualified_v1 d));
