using GitOpsBumper.Adapters.Git.Plumbing;
using GitOpsBumper.Adapters.Git.Transport;
using GitOpsBumper.Adapters.Processes;

namespace GitOpsBumper.Adapters.Git.Signing;

/// <summary>Signs as <c>gpg.format=openpgp</c> does, with gpg. It never asks for a passphrase.</summary>
/// <seealso href="https://git-scm.com/docs/gitformat-signature"/>
internal sealed class OpenPgpSigner : CommitSigner
{
    private readonly ProcessRunner _runner;
    private readonly TimeSpan _timeout;
    private readonly IReadOnlyDictionary<string, string> _environment;
    private readonly PrivateFolder? _folder;
    private readonly string _where;
    private string _id = "";

    private OpenPgpSigner(ProcessRunner runner, TimeSpan timeout, IReadOnlyDictionary<string, string> environment, PrivateFolder? folder)
    {
        _runner = runner;
        _timeout = timeout;
        _environment = environment;
        _folder = folder;
        _where = folder is not null ? "the key's file" : environment.TryGetValue("GNUPGHOME", out var home) ? $"GNUPGHOME '{home}'" : "gpg's folder, as GNUPGHOME is not set";
    }

    /// <summary>With a key of the folder that gpg uses for its own.</summary>
    /// <param name="key">Of which the secret part is there.</param>
    /// <param name="runner">Starts gpg.</param>
    /// <param name="timeout">Of each process.</param>
    /// <param name="environment">Reads a variable of ours; null when it is not set.</param>
    public static OpenPgpSigner Of(SigningKey.OpenPgpId key, ProcessRunner runner, TimeSpan timeout, Func<string, string?> environment)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in new[] { "GNUPGHOME", "HOME" })
        {
            if (environment(name) is { Length: > 0 } value)
                variables[name] = value;
        }

        return new OpenPgpSigner(runner, timeout, variables, folder: null) { _id = key.Id };
    }

    /// <summary>
    /// With an exported key, in a folder that nobody else's gpg knows of. Gpg starts an agent for the folder, which lives as long as that; a signer is to be kept for as long as its
    /// key counts.
    /// </summary>
    /// <exception cref="GitException">It is none, there are several, or there is no place for it.</exception>
    public static async Task<OpenPgpSigner> ImportAsync(SigningKey.OpenPgp key, ProcessRunner runner, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var folder = PrivateFolder.Create("sign", "the key that commits are signed with");
        var signer = new OpenPgpSigner(runner, timeout, new Dictionary<string, string>(StringComparer.Ordinal) { ["GNUPGHOME"] = folder.Folder, ["HOME"] = folder.Folder }, folder);
        try
        {
            signer._id = await signer.ImportAsync(key, cancellationToken).ConfigureAwait(false);
            return signer;
        }
        catch
        {
            signer.Dispose();
            throw;
        }
    }

    public override async Task<string> SignAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        var result = await RunAsync(["--local-user", _id, "--detach-sign", "--armor"], payload, cancellationToken).ConfigureAwait(false);
        return (result.ExitCode == 0 ? Read(result.Output, "-----BEGIN PGP SIGNATURE-----\n") : null) ?? throw Refused(result);
    }

    public override void Dispose() => _folder?.Dispose();

    private async Task<string> ImportAsync(SigningKey.OpenPgp key, CancellationToken cancellationToken)
    {
        var imported = await RunAsync(["--import"], System.Text.Encoding.ASCII.GetBytes(key.Armour), cancellationToken).ConfigureAwait(false);
        var listed = await RunAsync(["--with-colons", "--list-secret-keys"], default, cancellationToken).ConfigureAwait(false);
        var lines = listed.Output.Split('\n').Select(line => line.Split(':')).ToList();
        var keys = lines.Where((line, index) => line[0] == "fpr" && line.Length > 9 && index > 0 && lines[index - 1][0] == "sec").Select(line => line[9]).ToList();
        return keys switch
        {
            [var only] => only,
            [] => throw new GitException(GitFailure.Other, $"commits cannot be signed: gpg finds no secret key in the key's file ({Quote(imported)})"),
            _ => throw new GitException(GitFailure.Other, $"commits cannot be signed: there are {keys.Count} secret keys in the key's file, one is needed"),
        };
    }

    private GitException Refused(ProcessResult result)
    {
        var reason = result.Error switch
        {
            var error when error.Contains("No secret key", StringComparison.OrdinalIgnoreCase) => $"there is no secret key {_id} in {_where}",
            var error when error.Contains("pinentry", StringComparison.OrdinalIgnoreCase) => $"key {_id} has a passphrase, which nobody is there to type; a key without one is needed ('gpg --edit-key {_id} passwd' removes it)",
            _ => $"gpg does not sign with key {_id}",
        };
        return new GitException(GitFailure.Other, $"commits cannot be signed: {reason} ({Quote(result)})");
    }

    private Task<ProcessResult> RunAsync(IReadOnlyList<string> arguments, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        var request = new ProcessRequest("gpg", ["--batch", "--no-tty", "--quiet", "--pinentry-mode", "error", .. arguments])
        {
            Environment = _environment,
            WorkingDirectory = _folder?.Folder,
            Timeout = _timeout,
            MaxOutputBytes = MaxSignatureBytes,
            WriteInput = async (stream, token) => await stream.WriteAsync(input, token).ConfigureAwait(false),
        };
        return StartAsync(() => _runner.RunAsync(request, cancellationToken), "gpg", "GnuPG");
    }

    private static string Quote(ProcessResult result) => GitErrors.Quote(result.Error.Replace("gpg: ", "", StringComparison.Ordinal));
}
