-- What is registered of a person goes with an erasure that two have decided, through vault.destroy; where an adversary was seen
-- stays. The registrar's own way past that was never used by anybody: whoever had it could have made a conflict CLEAR, and no
-- event would have said so.
REVOKE DELETE ON police_register.entries, police_register.presence FROM police_registrar;
