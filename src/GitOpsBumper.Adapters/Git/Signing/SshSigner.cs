using GitOpsBumper.Adapters.Git.Plumbing;
using GitOpsBumper.Adapters.Git.Ssh;
using GitOpsBumper.Adapters.Git.Transport;
using GitOpsBumper.Adapters.Processes;

namespace GitOpsBumper.Adapters.Git.Signing;

/// <summary>Signs as <c>gpg.format=ssh</c> does, with ssh-keygen.</summary>
/// <seealso href="https://git-scm.com/docs/gitformat-signature"/>
internal sealed class SshSigner : CommitSigner
{
    private readonly ProcessRunner _runner;
    private readonly TimeSpan _timeout;
    private readonly PrivateFolder _folder;
    private readonly string _key;

    private SshSigner(ProcessRunner runner, TimeSpan timeout, PrivateFolder folder, string key)
    {
        _runner = runner;
        _timeout = timeout;
        _folder = folder;
        _key = key;
    }

    /// <exception cref="GitException">There is no place for the key, or it is damaged.</exception>
    public static async Task<SshSigner> CreateAsync(SshPrivateKey key, ProcessRunner runner, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var folder = PrivateFolder.Create("sign", "the key that commits are signed with");
        try
        {
            var signer = new SshSigner(runner, timeout, folder, folder.Write("key", key.Text));
            // OpenSSH's own form has the public key in it, PEM does not.
            folder.Write("key.pub", await signer.RunAsync(["-y"], default, cancellationToken).ConfigureAwait(false));
            return signer;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    public override async Task<string> SignAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken) =>
        Read(await RunAsync(["-Y", "sign", "-q", "-n", "git"], payload, cancellationToken).ConfigureAwait(false), "-----BEGIN SSH SIGNATURE-----\n")
        ?? throw Refused("it printed no signature");

    public override void Dispose() => _folder.Dispose();

    private async Task<string> RunAsync(IReadOnlyList<string> arguments, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        var request = new ProcessRequest("ssh-keygen", [.. arguments, "-f", _key])
        {
            // Nobody is there to answer; without this it would ask the terminal.
            Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["HOME"] = _folder.Folder, ["SSH_ASKPASS"] = "/bin/false", ["SSH_ASKPASS_REQUIRE"] = "force" },
            WorkingDirectory = _folder.Folder,
            Timeout = _timeout,
            MaxOutputBytes = MaxSignatureBytes,
            WriteInput = async (stream, token) => await stream.WriteAsync(input, token).ConfigureAwait(false),
        };
        var result = await StartAsync(() => _runner.RunAsync(request, cancellationToken), "ssh-keygen", "OpenSSH's client").ConfigureAwait(false);
        return result.ExitCode == 0 ? result.Output : throw Refused(GitErrors.Quote(result.Error).Replace(_key, "key", StringComparison.Ordinal));
    }

    private static GitException Refused(string reason) => new(GitFailure.Other, $"commits cannot be signed: ssh-keygen does not sign with the key ({reason})");
}
