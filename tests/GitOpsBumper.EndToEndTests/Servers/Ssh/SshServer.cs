using System.Net.Sockets;
using System.Text;

namespace GitOpsBumper.EndToEndTests.Servers.Ssh;

/// <summary>An <c>sshd</c> on a port of the loopback address that does nothing but git, for the user that runs the tests. Each key opens the folder that it was let into.</summary>
public sealed class SshServer : IAsyncDisposable
{
    private readonly ScratchFolder _folder = new("gob-ssh-");
    private readonly string _name = Guid.NewGuid().ToString("N");
    private readonly Lock _gate = new();
    private ChildProcess? _server;
    private SshKey _hostKey = null!;
    private int _port;

    private SshServer()
    {
    }

    /// <summary>As <c>known_hosts</c> has it.</summary>
    public string KnownHosts => KnownHostsWith(_hostKey);

    /// <summary>As an address of ssh has it.</summary>
    public string Host => $"127.0.0.1:{_port}";

    /// <exception cref="ServerMissingException">sshd or ssh-keygen is not installed.</exception>
    public static async Task<SshServer> StartAsync(TimeProvider clock, CancellationToken token)
    {
        var sshd = Executable.Require("sshd", "openssh-server");
        // Where it runs as root, it wants the folder that it would put itself into, and its package leaves that to the start of the system.
        if (Environment.IsPrivilegedProcess)
            Directory.CreateDirectory("/run/sshd", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        var server = new SshServer();
        try
        {
            server._hostKey = await SshKey.CreateAsync(token);
            server._server = await Startup.OnFreePortAsync("sshd", port => server.Launch(sshd, port), server.IsReadyAsync, clock, token);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>The line of known hosts that a server with another key would have.</summary>
    public string KnownHostsWith(SshKey key) => $"[127.0.0.1]:{_port} {key.Public}\n";

    /// <summary>Where the repository is reached.</summary>
    public string UrlOf(HostedRepository repository) => $"ssh://{Environment.UserName}@{Host}{repository.Folder}";

    /// <summary>Lets whoever has the key into a repository.</summary>
    public void Allow(SshKey key, HostedRepository repository)
    {
        lock (_gate)
            File.AppendAllText(_folder.File("authorized_keys"), $"restrict,command=\"{_folder.File("serve")} {repository.Folder}\" {key.Public}\n");
    }

    /// <summary>What was asked for in a repository, oldest first, each over a connection of its own: <c>git-upload-pack</c> or <c>git-receive-pack</c>.</summary>
    public IReadOnlyList<string> Requests(HostedRepository repository) => File.Exists(_folder.File("log"))
        ? [.. File.ReadAllLines(_folder.File("log")).Where(line => line.Contains(repository.Folder, StringComparison.Ordinal)).Select(line => line.Split(' ')[0])]
        : [];

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _folder.Dispose();
    }

    private ChildProcess Launch(string sshd, int port)
    {
        _port = port;
        var hostKey = _folder.Write("host_key", _hostKey.Private);
        File.SetUnixFileMode(hostKey, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var serve = _folder.Write("serve", $"""
            #!/bin/sh
            export PATH='{Environment.GetEnvironmentVariable("PATH")}' HOME='{_folder.Path}' GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null
            case "$SSH_ORIGINAL_COMMAND" in
              *" '$1'") printf '%s\n' "$SSH_ORIGINAL_COMMAND" >>'{_folder.File("log")}'; exec git-shell -c "$SSH_ORIGINAL_COMMAND" ;;
              *) echo 'ERROR: Repository not found.' >&2; exit 1 ;;
            esac

            """);
        File.SetUnixFileMode(serve, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var configuration = _folder.Write("sshd_config", $"""
            Port {port}
            ListenAddress 127.0.0.1
            HostKey {hostKey}
            PidFile none
            VersionAddendum {_name}
            AuthorizedKeysFile {_folder.File("authorized_keys")}
            StrictModes no
            UsePAM no
            PermitRootLogin yes
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            AcceptEnv GIT_PROTOCOL
            MaxStartups 100

            """);
        return ChildProcess.StartServer(sshd, ["-D", "-e", "-f", configuration], _folder.Path, GitCommand.Environment(_folder.Path));
    }

    private async Task<bool> IsReadyAsync(int port, CancellationToken token)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", port, token);
            using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
            return (await reader.ReadLineAsync(token))?.EndsWith(_name, StringComparison.Ordinal) == true;
        }
        catch (Exception trouble) when (trouble is SocketException or IOException)
        {
            return false;
        }
    }
}
