-- Since 0271 who is disqualified in a case is not shown what it takes up, and how much room a board has was counted from what
-- the reader sees: a board with one place that the hidden case holds stood in the list, and came back full when it was
-- ordered, which told where that case is. How much is taken is a sum over all cases for everybody; in which case, and whether
-- anybody is placed there, is shown with the proposal alone.
SELECT platform.ensure_role('coordinator_sums');
GRANT USAGE ON SCHEMA coordinator TO coordinator_sums;
GRANT SELECT (board, places, state) ON coordinator.reservation_v1 TO coordinator_sums;
CREATE POLICY sums ON coordinator.reservation_v1 FOR SELECT TO coordinator_sums USING (true);

GRANT CREATE ON SCHEMA coordinator TO coordinator_sums;
SET LOCAL ROLE coordinator_sums;
-- Nobody enters this role: the sum is all that comes out.
CREATE FUNCTION coordinator.taken_at(the_board text) RETURNS integer
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(sum(r.places), 0)::integer FROM coordinator.reservation_v1 r
  WHERE r.board = the_board AND r.state <> 'RELEASED'
$$;
REVOKE ALL ON FUNCTION coordinator.taken_at(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION coordinator.taken_at(text) TO read_coordinator;
RESET ROLE;
REVOKE CREATE ON SCHEMA coordinator FROM coordinator_sums;
