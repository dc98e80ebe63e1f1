-- Police who are asked about a candidate answer within days, or the place is lost: when nobody who was asked coordinates there
-- any more, the coordinators of the region have the part (libs/application, `orTakenOver`), as they have a placement (0203).
-- They are shown the question as well, and that it waits, by what the directory says at the instant of the request.
ALTER POLICY reader ON police.referral_v1
  USING (organisation = current_setting('app.organisation', true)
    AND (current_setting('app.person', true) = ANY (persons)
      OR ((SELECT directory.holds(current_setting('app.organisation', true), ARRAY[current_setting('app.person', true)],
          ARRAY['POLICE_COORDINATOR'], nullif(current_setting('app.now', true), '')::timestamptz))
        AND NOT directory.holds(organisation, persons, ARRAY['POLICE_COORDINATOR'],
          nullif(current_setting('app.now', true), '')::timestamptz)))
    AND case_id NOT IN (SELECT d.case_id FROM police.disqualified_v1 d));

-- What waits as it was shown, and that with its row.
DO $$
BEGIN
  EXECUTE format(
    'ALTER POLICY reader ON police.inbox_v1 USING ((%s) OR (organisation = current_setting(''app.organisation'', true)
       AND kind = ''ANSWER_REFERRAL''
       AND EXISTS (SELECT FROM police.referral_v1 r WHERE r.candidate_id = split_part(inbox_v1.item, ''/'', 1))))',
    (SELECT pg_get_expr(p.polqual, p.polrelid) FROM pg_policy p
      WHERE p.polrelid = 'police.inbox_v1'::regclass AND p.polname = 'reader'));
END
$$;
