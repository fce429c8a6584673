/** The file that `--replications-out` names: it grows while the run goes on, under another name. */
import { replicationColumns, replicationRows } from '../report/replication-rows.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { ReplicationRow } from '../study/chunk.ts';
import type { RunResult } from '../study/result.ts';
import { WholeFile } from './whole-file.ts';

export class RowsFile {
  private readonly file: WholeFile;

  private constructor(file: WholeFile) {
    this.file = file;
  }

  static async open(path: string, scenario: Scenario): Promise<RowsFile> {
    const file = new RowsFile(await WholeFile.open(path));
    await file.file.write(replicationColumns(scenario));
    return file;
  }

  async write(rows: readonly ReplicationRow[], first: number): Promise<void> {
    await this.file.write(replicationRows(rows, first));
  }

  /** Gives it its name where there is something in it, also of an interrupted run. */
  async finish({ run }: RunResult): Promise<void> {
    if (run.replications > 0) await this.file.finish();
  }

  /** Leaves what was there before; does nothing to a file that is finished. */
  async abandon(): Promise<void> {
    await this.file.abandon();
  }
}
