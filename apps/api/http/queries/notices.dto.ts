import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { shownBands } from '#access';

export const noticeRoles = ['HOME_BOARD', 'RECEIVING_BOARD'] as const;
export type NoticeRole = (typeof noticeRoles)[number];

export class NoticesQuery {
  /** As what: a board is asked by others, and has cases of its own. */
  @IsIn(noticeRoles)
  as!: NoticeRole;
}

/** That something waits, and nothing of what or whom. */
export class NoticesDto {
  /**
   * How many things wait for somebody of the board, at least: 0 for nothing, null for one to four, then 5, 10, 20, 50 or
   * 100. It stays the same until the hour is over. The officials find them in their inboxes at once; no official is behind
   * the one who asks.
   */
  @ApiProperty({ type: Number, enum: [...shownBands, null], nullable: true })
  waiting!: number | null;
}
