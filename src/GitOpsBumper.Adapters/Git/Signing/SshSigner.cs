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

    /// <exception cref="GitException">There is no place for the key.</exception>
    public SshSigner(SshPrivateKey key, ProcessRunner runner, TimeSpan timeout)
    {
        _runner = runner;
        _timeout = timeout;
        _folder = PrivateFolder.Create("sign", "the key that commits are signed with");
        try
        {
            _key = _folder.Write("key", key.Text);
        }
        catch
        {
            _folder.Dispose();
            throw;
        }
    }

    public override async Task<string> SignAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        var request = new ProcessRequest("ssh-keygen", ["-Y", "sign", "-q", "-n", "git", "-f", _key])
        {
            // Nobody is there to answer; without this it would ask the terminal.
            Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["HOME"] = _folder.Folder, ["SSH_ASKPASS"] = "/bin/false", ["SSH_ASKPASS_REQUIRE"] = "force" },
            WorkingDirectory = _folder.Folder,
            Timeout = _timeout,
            MaxOutputBytes = MaxSignatureBytes,
            WriteInput = async (input, token) => await input.WriteAsync(payload, token).ConfigureAwait(false),
        };
        var result = await StartAsync(() => _runner.RunAsync(request, cancellationToken), "ssh-keygen", "OpenSSH's client").ConfigureAwait(false);
        return Read(result, "-----BEGIN SSH SIGNATURE-----\n")
            ?? throw new GitException(GitFailure.Other, $"commits cannot be signed: ssh-keygen does not sign with the key ({GitErrors.Quote(result.Error).Replace(_key, "key", StringComparison.Ordinal)})");
    }

    public override void Dispose() => _folder.Dispose();
}
