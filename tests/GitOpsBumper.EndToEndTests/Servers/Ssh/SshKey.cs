namespace GitOpsBumper.EndToEndTests.Servers.Ssh;

/// <summary>A pair of keys as <c>ssh-keygen</c> makes it.</summary>
/// <param name="Private">As it stands in a secret.</param>
/// <param name="Public">Kind and key, without a comment.</param>
public sealed record SshKey(string Private, string Public)
{
    /// <summary>The lines of the private key that are secret, and long enough to be recognised anywhere.</summary>
    public IReadOnlyList<string> Secrets => [.. Private.Split('\n').Where(line => line.Length > 40 && line[0] != '-').Skip(1)];

    /// <exception cref="ServerMissingException">ssh-keygen is not installed.</exception>
    public static async Task<SshKey> CreateAsync(CancellationToken token, string type = "ed25519", string passphrase = "", bool pem = false)
    {
        using var folder = new ScratchFolder("gob-key-");
        var file = folder.File("key");
        string[] form = pem ? ["-m", "PEM"] : [];
        await ChildProcess.RunAsync(Executable.Require("ssh-keygen", "openssh-client"), ["-q", "-t", type, .. form, "-N", passphrase, "-C", "", "-f", file], new RunOptions(), token);
        var words = (await File.ReadAllTextAsync(file + ".pub", token)).Split(' ', '\n');
        return new SshKey(await File.ReadAllTextAsync(file, token), $"{words[0]} {words[1]}");
    }
}
