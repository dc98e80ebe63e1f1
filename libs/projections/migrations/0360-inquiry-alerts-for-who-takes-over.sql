-- That somebody asks about the person is for whoever coordinates at home Police at once, as a broken glass (0322): when
-- nobody whom the case names holds that function any more, the region's coordinators find the item, with the id of the case.
-- Who asked they read when one of them is named. All else that waits stays as it was shown.
-- What else may be done in the case would tell how far it has come.
SET LOCAL ROLE project_police;
UPDATE police.inbox_v1 SET actions = ARRAY(SELECT one FROM unnest(actions) AS one WHERE one = 'AcknowledgeInquiry')
  WHERE kind = 'INQUIRY_ALERT';
RESET ROLE;

DO $$
DECLARE
  shown text := (SELECT pg_get_expr(p.polqual, p.polrelid) FROM pg_policy p
    WHERE p.polrelid = 'police.inbox_v1'::regclass AND p.polname = 'reader');
  more text := replace(shown, $q$'GLASS_NOT_CONFIRMED'::text]$q$, $q$'GLASS_NOT_CONFIRMED'::text, 'INQUIRY_ALERT'::text]$q$);
BEGIN
  IF more IS NOT DISTINCT FROM shown THEN
    RAISE EXCEPTION 'police.inbox_v1 does not say which notices are for who takes over';
  END IF;
  EXECUTE format('ALTER POLICY reader ON police.inbox_v1 USING (%s)', more);
END
$$;
