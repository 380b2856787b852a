/** A real PostgreSQL and a real MariaDB in temporary folders, as Debian has them. */
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, globSync } from 'node:fs'
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import mysql from 'mysql2/promise'
import pg from 'pg'

export interface DatabaseServer {
  /** With user and password. */
  url: string
  run(...statements: string[]): Promise<void>
  stop(): Promise<void>
}

const run = promisify(execFile)
const PASSWORD = 'p@ss word'

/** Neither runs as root. */
const isRoot = process.getuid?.() === 0

export async function startPostgres(): Promise<DatabaseServer> {
  const bin = globSync('/usr/lib/postgresql/*/bin').sort().at(-1)
  if (bin === undefined) throw new Error('no PostgreSQL: install it (Debian: apt-get install postgresql)')
  const folder = await ownFolder('postgres')
  const as = isRoot ? await userOf('postgres') : {}
  const passwords = join(folder, 'password')
  await writeFile(passwords, PASSWORD)
  if (isRoot) await chown(passwords, as.uid!, as.gid!)
  const data = join(folder, 'data')
  const init = [
    '-D',
    data,
    '-U',
    'hozon',
    '-A',
    'scram-sha-256',
    `--pwfile=${passwords}`,
    '-E',
    'UTF8',
    '--locale=C.UTF-8',
  ]
  await run(join(bin, 'initdb'), init, { ...as, cwd: folder })
  const port = await freePort()
  const settings = [
    '-c',
    'fsync=off',
    '-c',
    `unix_socket_directories=${folder}`,
    '-c',
    'listen_addresses=127.0.0.1',
  ]
  const child = spawn(join(bin, 'postgres'), ['-D', data, '-p', String(port), ...settings], {
    ...as,
    cwd: folder,
    stdio: 'ignore',
  })
  const url = `postgresql://hozon:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/postgres`
  const execute = async (...statements: string[]): Promise<void> => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    try {
      for (const statement of statements) await client.query(statement)
    } finally {
      await client.end()
    }
  }
  return listening({ url, run: execute, stop: () => stop(child, folder, 'SIGINT') })
}

export async function startMariadb(): Promise<DatabaseServer> {
  const server = ['/usr/sbin/mariadbd', '/usr/sbin/mysqld'].find((path) => existsSync(path))
  if (server === undefined) throw new Error('no MariaDB: install it (Debian: apt-get install mariadb-server)')
  const folder = await ownFolder('mysql')
  const as = isRoot ? await userOf('mysql') : {}
  const data = join(folder, 'data')
  const plain = ['--no-defaults', `--datadir=${data}`]
  await run('mariadb-install-db', [...plain, '--auth-root-authentication-method=normal', '--skip-test-db'], {
    ...as,
    cwd: folder,
  })
  const init = join(folder, 'init.sql')
  await writeFile(
    init,
    `CREATE USER hozon@'%' IDENTIFIED BY '${PASSWORD}';\nGRANT ALL ON *.* TO hozon@'%';\n`,
  )
  if (isRoot) await chown(init, as.uid!, as.gid!)
  const port = await freePort()
  const settings = [
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    '--skip-name-resolve',
    `--socket=${join(folder, 's')}`,
    `--init-file=${init}`,
  ]
  const child = spawn(server, [...plain, ...settings, `--pid-file=${join(folder, 'pid')}`], {
    ...as,
    cwd: folder,
    stdio: 'ignore',
  })
  const url = `mysql://hozon:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/`
  const execute = async (...statements: string[]): Promise<void> => {
    const client = await mysql.createConnection({ uri: url, charset: 'utf8mb4' })
    try {
      for (const statement of statements) await client.query(statement)
    } finally {
      await client.end()
    }
  }
  return listening({ url, run: execute, stop: () => stop(child, folder, 'SIGTERM') })
}

async function ownFolder(user: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hozon-database-'))
  if (isRoot) {
    const { uid, gid } = await userOf(user)
    await chown(folder, uid!, gid!)
  }
  return folder
}

async function userOf(name: string): Promise<{ uid?: number; gid?: number }> {
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map(async (kind) => Number((await run('id', [kind, name])).stdout)),
  )
  return { uid: uid!, gid: gid! }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function listening(server: DatabaseServer): Promise<DatabaseServer> {
  for (let attempt = 0; ; attempt++) {
    try {
      await server.run('SELECT 1')
      return server
    } catch (error) {
      if (attempt < 300) await sleep(100)
      else {
        await server.stop()
        throw error
      }
    }
  }
}

async function stop(child: ChildProcess, folder: string, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill(signal)
    await once(child, 'exit')
  }
  await rm(folder, { recursive: true, force: true })
}
