/** Where live tables are read, for the user. */
export interface LiveSource {
  readonly place: string;
  readonly credentialSource: string;
  /** Whether it is AWS itself, and neither an emulator nor files. */
  readonly isAws: boolean;
}
