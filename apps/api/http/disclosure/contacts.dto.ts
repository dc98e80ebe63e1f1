import { IsIn } from 'class-validator';
import {
  type ContactChangeReason,
  contactChangeReasons,
  type DisqualificationGround,
  disqualificationGrounds,
} from '#domain/disclosure';
import { IsOfficial, Optional } from '../fields.js';

export class DisqualificationDto {
  /** Which paragraph of FL 16 §, and not what lies behind it. */
  @IsIn(disqualificationGrounds)
  ground!: DisqualificationGround;

  /** Who takes over. The last who is named must say it. */
  @Optional()
  @IsOfficial()
  successor?: string;
}

/** In an inquiry: who is named there is named by whoever registers it, so nobody takes over. */
export class InquiryDisqualificationDto {
  /** Which paragraph of FL 16 §, and not what lies behind it. */
  @IsIn(disqualificationGrounds)
  ground!: DisqualificationGround;
}

export class ContactChangeDto {
  /** Who goes. Left out only with the reason MORE_HANDS, while there is room for one more. */
  @Optional()
  @IsOfficial()
  outgoing?: string;

  /** Who comes: of the same organisation, with a function that fits, and trained. */
  @IsOfficial()
  incoming!: string;

  @IsIn(contactChangeReasons.filter((reason) => reason !== 'DISQUALIFIED'))
  reason!: ContactChangeReason;
}
