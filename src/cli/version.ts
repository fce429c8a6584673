/** The version of quorate, as its package says. */
import packageFile from '../../package.json' with { type: 'json' };

export const VERSION: string = packageFile.version;
