/**
 * The few calls of etcd's API that the probes make, in gRPC over Node's own HTTP/2: a connection
 * per client, kept open, made anew at the next call once it is lost. A call that takes too long is
 * cancelled. Left out: TLS, streams, retries, back-off between connections.
 */
import http2, { type ClientHttp2Session } from 'node:http2';

export interface Status {
  readonly member: bigint;
  /** 0 while it knows none. */
  readonly leader: bigint;
  readonly term: number;
  readonly index: number;
}

/** Bytes or number of each field of a message, by the field's number. */
type Fields = Map<number, bigint | Buffer>;

function bytesField(field: number, value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([field * 8 + 2, bytes.length]), bytes]);
}

function readVarint(bytes: Buffer, start: number): { value: bigint; end: number } {
  let value = 0n;
  let end = start;
  for (let shift = 0n; ; shift += 7n) {
    const byte = bytes[end++]!;
    value |= BigInt(byte & 127) << shift;
    if (byte < 128) return { value, end };
  }
}

function decode(bytes: Buffer): Fields {
  const fields: Fields = new Map();
  for (let place = 0; place < bytes.length; ) {
    const tag = readVarint(bytes, place);
    const { value, end } = readVarint(bytes, tag.end);
    const isBytes = (tag.value & 7n) === 2n;
    place = isBytes ? end + Number(value) : end;
    fields.set(Number(tag.value >> 3n), isBytes ? bytes.subarray(end, place) : value);
  }
  return fields;
}

export class GrpcClient {
  private readonly url: string;
  private session: ClientHttp2Session | undefined;

  constructor(address: string) {
    this.url = `http://${address}:2379`;
  }

  async put(key: string, value: string, patience: number): Promise<void> {
    const message = Buffer.concat([bytesField(1, key), bytesField(2, value)]);
    await this.call('/etcdserverpb.KV/Put', message, patience);
  }

  async get(key: string, serializable: boolean, patience: number): Promise<void> {
    const flag = serializable ? [Buffer.from([7 * 8, 1])] : [];
    await this.call(
      '/etcdserverpb.KV/Range',
      Buffer.concat([bytesField(1, key), ...flag]),
      patience,
    );
  }

  async status(patience: number): Promise<Status> {
    const path = '/etcdserverpb.Maintenance/Status';
    const fields = decode(await this.call(path, Buffer.alloc(0), patience));
    const header = decode(fields.get(1) as Buffer);
    const number = (field: number) => (fields.get(field) as bigint | undefined) ?? 0n;
    return {
      member: header.get(2) as bigint,
      leader: number(4),
      term: Number(number(6)),
      index: Number(number(5)),
    };
  }

  close(): void {
    this.session?.destroy();
    this.session = undefined;
  }

  private connected(): ClientHttp2Session {
    if (this.session && !this.session.closed && !this.session.destroyed) return this.session;
    const session = http2.connect(this.url);
    const forget = () => {
      if (this.session === session) this.session = undefined;
      session.destroy();
    };
    session.on('error', forget).on('goaway', forget).on('close', forget);
    this.session = session;
    return session;
  }

  private call(path: string, message: Buffer, patience: number): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const stream = this.connected().request({
        ':method': 'POST',
        ':path': path,
        'content-type': 'application/grpc',
        te: 'trailers',
      });
      const chunks: Buffer[] = [];
      let grpcStatus: unknown;
      const timer = setTimeout(() => {
        stream.close(http2.constants.NGHTTP2_CANCEL);
        reject(new Error('too slow'));
      }, patience);
      const settle = (failure?: Error) => {
        clearTimeout(timer);
        const answered = failure === undefined && grpcStatus === '0';
        if (answered) resolve(Buffer.concat(chunks).subarray(5));
        else reject(failure ?? new Error(`gRPC status ${String(grpcStatus)}`));
      };
      stream.on('response', (headers) => {
        grpcStatus ??= headers['grpc-status'];
      });
      stream.on('trailers', (trailers) => {
        grpcStatus = trailers['grpc-status'];
      });
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('error', settle).on('close', () => settle());
      const head = Buffer.alloc(5);
      head.writeUInt32BE(message.length, 1);
      stream.end(Buffer.concat([head, message]));
    });
  }
}
