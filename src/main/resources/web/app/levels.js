/** The levels of permission, lowest first, each in a sentence. */
export const LEVELS = [
  {name: 'read_only', label: 'Read only', means: 'Reads the platform’s resources, such as models. Changes nothing.'},
  {
    name: 'read_write',
    label: 'Read and write',
    means: 'Changes resources too, and manages keys up to this level; it can revoke any key of the account.',
  },
  {name: 'admin', label: 'Admin', means: 'Everything in the account: admin keys, access logs, usage and limits.'},
];

export const levelLabel = (name) => LEVELS.find((level) => level.name === name)?.label ?? name;
