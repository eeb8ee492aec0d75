using GitOpsBumper.EndToEndTests.Servers;
using GitOpsBumper.EndToEndTests.Servers.Ssh;

namespace GitOpsBumper.EndToEndTests.Signing;

/// <summary>Keys that commits are signed with, made by gpg and ssh-keygen themselves, and git's own word on what was signed with them.</summary>
internal sealed class SigningKeys : IDisposable
{
    public const string Email = "noreply@gitopsbumper.io";

    private readonly ScratchFolder _folder = new("gob-sign-");

    /// <summary>Has all that <see cref="CreateGpgAsync"/> made, and who verifies looks here.</summary>
    public string GpgHome => _folder.Folder("gpg");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <returns>The fingerprint.</returns>
    public async Task<string> CreateGpgAsync(string name, string passphrase = "", string kind = "ed25519")
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(GpgHome, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await GpgAsync("--pinentry-mode", "loopback", "--passphrase", passphrase, "--quick-generate-key", $"{name} <{name}@example.com>", kind, "sign", "never");
        return (await GpgAsync("--with-colons", "--list-keys", $"{name}@example.com")).Split('\n').First(line => line.StartsWith("fpr:", StringComparison.Ordinal)).Split(':')[9];
    }

    /// <returns>The path of the exported secret key.</returns>
    public async Task<string> ExportAsync(string passphrase, params string[] fingerprints) => Write(
        $"{fingerprints[0]}.asc", await GpgAsync(["--armor", "--pinentry-mode", "loopback", "--passphrase", passphrase, "--export-secret-keys", .. fingerprints]));

    public async Task<string> CreateGpgFileAsync(string name, string passphrase = "") => await ExportAsync(passphrase, await CreateGpgAsync(name, passphrase));

    /// <returns>The path of the private key, which verifiers allow from now on.</returns>
    public async Task<string> CreateSshAsync(string type = "ed25519", string passphrase = "", bool pem = false)
    {
        var key = await SshKey.CreateAsync(Token, type, passphrase, pem);
        Write("allowed_signers", $"{Email} {key.Public}\n");
        return Write($"ssh-{Guid.NewGuid():N}", key.Private);
    }

    public string Write(string name, string text) => _folder.Write(name, text);

    /// <summary>How many of the commits of a branch git has a good signature of.</summary>
    public async Task<int> CountGoodAsync(HostedRepository repository, string branch = "main")
    {
        var good = 0;
        foreach (var commit in (await repository.GitAsync(["rev-list", branch], Token)).Split('\n'))
            good += (await VerifyAsync(repository, commit)).ExitCode == 0 ? 1 : 0;
        return good;
    }

    public Task<RunResult> VerifyAsync(HostedRepository repository, string commit) => ChildProcess.RunAsync(
        GitCommand.Program,
        ["-c", $"gpg.ssh.allowedSignersFile={_folder.File("allowed_signers")}", "verify-commit", commit],
        new RunOptions
        {
            WorkingDirectory = repository.Folder,
            AllowFailure = true,
            Environment = new Dictionary<string, string>(GitCommand.Environment(_folder.Path), StringComparer.Ordinal) { ["GNUPGHOME"] = GpgHome },
        },
        Token);

    public void Dispose() => _folder.Dispose();

    private async Task<string> GpgAsync(params string[] arguments)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["PATH"] = Environment.GetEnvironmentVariable("PATH")!, ["GNUPGHOME"] = GpgHome, ["LC_ALL"] = "C" };
        return (await ChildProcess.RunAsync(Executable.Require("gpg", "gnupg"), ["--batch", "--quiet", "--no-tty", .. arguments], new RunOptions { Environment = environment }, Token)).Text;
    }
}
