import { ArrayMinSize, IsIn } from 'class-validator';
import { type DataClass, type RecipientKind, dataClasses, recipientKinds } from '#kernel';
import { IsPlainDate, IsSetOf } from '../fields.js';

export const withdrawalChannels = ['WRITTEN', 'ORAL', 'PHONE'] as const;

export class SignWaiverDto {
  @IsPlainDate()
  signedOn!: string;

  /** Last day on which it holds. */
  @IsPlainDate()
  validUntil!: string;

  @ArrayMinSize(1)
  @IsSetOf(recipientKinds)
  recipientKinds!: RecipientKind[];

  @ArrayMinSize(1)
  @IsSetOf(dataClasses)
  classes!: DataClass[];
}

export class WithdrawWaiverDto {
  /** How the person said it. */
  @IsIn(withdrawalChannels)
  channel!: (typeof withdrawalChannels)[number];
}
