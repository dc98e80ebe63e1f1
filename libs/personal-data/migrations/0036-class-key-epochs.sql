-- Class keys change without a rewriting of events: an event holds ciphertext under a data key, and only the wrapping of
-- data keys in vault.keys is made anew. SQLSTATE RV005: the key was wrapped under an epoch that is no longer in force.

-- Whoever looks after the keys: re-wraps and destroys them, and sees no record and no grant. No program may be this.
SELECT platform.ensure_role('vault_custodian');

-- No new key is taken that is wrapped under an earlier epoch than this one: a program that has not heard of the new one
-- would otherwise write what nobody can open once the old one is destroyed.
CREATE TABLE vault.class_key_epoch (
  only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  in_force integer NOT NULL,
  since timestamptz NOT NULL DEFAULT clock_timestamp()
);
INSERT INTO vault.class_key_epoch (in_force) SELECT coalesce(max(epoch), 0) FROM vault.keys;
CREATE INDEX keys_by_epoch ON vault.keys (epoch);

CREATE FUNCTION vault.epoch_goes_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'UPDATE' OR NEW.in_force < OLD.in_force THEN
    RAISE EXCEPTION USING ERRCODE = 'RV004', MESSAGE = 'the epoch in force does not go back';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER goes_forward BEFORE UPDATE OR DELETE ON vault.class_key_epoch
  FOR EACH ROW EXECUTE FUNCTION vault.epoch_goes_forward();

GRANT USAGE ON SCHEMA vault TO vault_custodian;
GRANT SELECT, DELETE, UPDATE (wrapped_key, epoch) ON vault.keys TO vault_custodian;
GRANT SELECT, UPDATE (in_force, since) ON vault.class_key_epoch TO vault_custodian;
GRANT SELECT ON vault.class_key_epoch TO vault_keeper;
