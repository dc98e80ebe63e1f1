-- Who is disqualified in a case (0110) still saw where somebody is placed, and by elimination that it was that case. Reserved
-- and taken places are shown with their proposal, and never without it: the case that is left out takes them along.
ALTER POLICY reader ON coordinator.reservation_v1
  USING (EXISTS (SELECT FROM coordinator.desk_v1)
    AND EXISTS (SELECT FROM coordinator.proposal_v1 p WHERE p.proposal_id = reservation_v1.proposal_id));
ALTER POLICY reader ON coordinator.occupancy_v1
  USING (EXISTS (SELECT FROM coordinator.desk_v1)
    AND EXISTS (SELECT FROM coordinator.proposal_v1 p WHERE p.proposal_id = occupancy_v1.proposal_id));
