// A zip whose bytes depend on nothing but names and contents: sorted, stored
// (no compression), fixed times and modes. The same sources give the same hash.
import { crc32 } from 'node:zlib';

const DOS_DATE = 0x21; // 1980-01-01

/** @param {{name: string, data: Buffer}[]} files @returns {Buffer} */
export function zip(files) {
  const sorted = [...files].sort((a, b) => (a.name < b.name ? -1 : 1));
  const bodies = [];
  const directory = [];
  let offset = 0;
  for (const { name, data } of sorted) {
    const path = Buffer.from(name, 'utf8');
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0); // version needed
    common.writeUInt16LE(0x0800, 2); // UTF-8 names
    common.writeUInt16LE(DOS_DATE, 8);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(path.length, 22);
    const head = Buffer.concat([signature(0x04034b50), common, path]);
    const entry = Buffer.alloc(14);
    entry.writeUInt32LE(0o100644 * 0x10000, 6); // a plain file, rw-r--r--
    entry.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([signature(0x02014b50), Buffer.from([20, 3]), common, entry, path]));
    bodies.push(head, data);
    offset += head.length + data.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(sorted.length, 4);
  end.writeUInt16LE(sorted.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...bodies, central, signature(0x06054b50), end]);
}

function signature(value) {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value, 0);
  return buffer;
}
