-- The highest epoch under which a key that was destroyed was wrapped. The class keys go beyond it before an erasure is
-- complete: a rotation that was cut off has wrapped keys under an epoch that its next run goes on with and keeps.
-- Of what was destroyed before, nobody knows more than that it was not beyond the epoch in force.
DO $$
BEGIN
  EXECUTE format(
    'ALTER TABLE vault.erasures ADD COLUMN highest_epoch integer NOT NULL DEFAULT %s',
    (SELECT in_force FROM vault.class_key_epoch)
  );
END
$$;
ALTER TABLE vault.erasures ALTER COLUMN highest_epoch DROP DEFAULT;
