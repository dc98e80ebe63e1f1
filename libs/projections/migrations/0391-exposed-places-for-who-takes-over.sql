-- That a place of the case is known to somebody who must not know it is for whoever coordinates at home Police at once, as a
-- broken glass (0322) and an inquiry (0360): when nobody whom the case names holds that function any more, the region's
-- coordinators find the item, with the id of the case and of what became known, and nothing of where. They fetch the child.
DO $$
DECLARE
  shown text := (SELECT pg_get_expr(p.polqual, p.polrelid) FROM pg_policy p
    WHERE p.polrelid = 'police.inbox_v1'::regclass AND p.polname = 'reader');
  more text := replace(shown, $q$'GLASS_NOT_CONFIRMED'::text, $q$, $q$'GLASS_NOT_CONFIRMED'::text, 'LOCATION_EXPOSED'::text, $q$);
BEGIN
  IF more IS NOT DISTINCT FROM shown THEN
    RAISE EXCEPTION 'police.inbox_v1 does not say which notices are for who takes over';
  END IF;
  EXECUTE format('ALTER POLICY reader ON police.inbox_v1 USING (%s)', more);
END
$$;
