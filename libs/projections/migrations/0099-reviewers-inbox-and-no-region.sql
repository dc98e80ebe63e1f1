-- What waits for a reviewer, in the shape of the other inboxes: one item for each review of which something is open.
-- With the rights of who asks, so that the row-level security of the items holds; own records are not counted.
CREATE VIEW log_review.inbox_v1 WITH (security_invoker = true) AS
SELECT i.review_id || '/LOG_' || i.origin AS item, i.review_id AS row_key, 'LOG_' || i.origin AS kind,
  min(i.settle_by) AS due_at, ARRAY[]::text[] AS actions
FROM log_review.item_v1 AS i
CROSS JOIN LATERAL vault.records_for_review(ARRAY[i.records], ARRAY[i.record]) AS r
WHERE i.outcome IS NULL
GROUP BY i.review_id, i.origin;
GRANT SELECT ON log_review.inbox_v1 TO read_log_review;

-- In which region a case is at home stood in clear beside the token of its police unit: who read a row knew what the
-- token stands for, and then in which region it receives somebody else. Those who read these rows know their own region.
ALTER TABLE home_board.case_v1 DROP COLUMN police_region;
ALTER TABLE police.home_case_v1 DROP COLUMN police_region;
