-- Where a decision says that a child stays no alarm plan names: who fetches somebody reads it with a glass, and the freeze
-- spares them there as it spares whoever has an alarm plan. A glass of Police is the home region's, who have the case, or the
-- receiving region's, who have a placement in it; at the home board it is whoever stands by. A coordinator who takes an alarm
-- plan over is a rescuer with the glass as well.
SET LOCAL ROLE vault_keeper;
GRANT EXECUTE ON FUNCTION vault.stands_by(text, text, timestamptz),
  vault.takes_over(uuid, text, text, text, text, timestamptz) TO vault_reviewer;
RESET ROLE;

GRANT CREATE ON SCHEMA vault TO vault_reviewer;
SET LOCAL ROLE vault_reviewer;
DO $$
DECLARE
  as_it_was text := pg_get_functiondef('vault.keep_frozen()'::regprocedure);
  rescuers constant text := 'OR NEW.foot = ''RESCUE'' THEN';
  who_has_the_plan constant text := 'AND g.person = NEW.person AND';
BEGIN
  IF array_length(string_to_array(as_it_was, rescuers), 1) IS DISTINCT FROM 2
    OR array_length(string_to_array(as_it_was, who_has_the_plan), 1) IS DISTINCT FROM 2
  THEN
    RAISE EXCEPTION 'who is kept from what is frozen is not asked as it was thought to be';
  END IF;
  EXECUTE replace(replace(as_it_was, rescuers, 'OR NEW.foot = ''RESCUE''
    OR (NEW.foot = ''GLASS'' AND NEW.stream LIKE ''decision-%''
      AND (NEW.agency_kind = ''POLICE'' OR vault.stands_by(NEW.organisation, NEW.person, NEW.at))) THEN'),
    who_has_the_plan, 'AND (g.person = NEW.person OR (g.part = ''RECEIVING_POLICE''
          AND vault.takes_over(NEW.case_id, NEW.stream, NEW.class, NEW.organisation, NEW.person, NEW.at))) AND');
END
$$;
RESET ROLE;
REVOKE CREATE ON SCHEMA vault FROM vault_reviewer;
