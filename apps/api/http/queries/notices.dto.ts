import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';

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
   * How many things wait for somebody of the board; the officials find them in their inboxes. Null for fewer than five,
   * but one at least: no official is behind the one who asks.
   */
  @ApiProperty({ type: Number, minimum: 0, nullable: true })
  waiting!: number | null;
}
