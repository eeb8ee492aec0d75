using System.Text;

namespace GitOpsBumper.Adapters.Git.Ssh;

/// <summary>
/// The key and the known hosts of one repository, which ssh takes from files alone: in a private folder, in memory where the machine has a place for
/// that, gone with this object. Each repository in work has its own, so that those with different keys do not meet.
/// </summary>
internal sealed class SshFiles : IDisposable
{
    private const UnixFileMode PrivateFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Nothing of the machine's, nothing that asks, nothing that starts another program, and no host that is not known.</summary>
    private static readonly string[] Options =
    [
        "BatchMode=yes", "IdentitiesOnly=yes", "IdentityAgent=none", "PreferredAuthentications=publickey", "PasswordAuthentication=no", "KbdInteractiveAuthentication=no",
        "GlobalKnownHostsFile=/dev/null", "UpdateHostKeys=no", "VerifyHostKeyDNS=no", "ClearAllForwardings=yes", "ControlMaster=no", "ControlPath=none",
        "ProxyCommand=none", "PermitLocalCommand=no", "ConnectTimeout=30", "ServerAliveInterval=15", "ServerAliveCountMax=4", "LogLevel=ERROR",
    ];

    private readonly string _folder;

    private SshFiles(string folder, string command)
    {
        _folder = folder;
        Command = command;
    }

    /// <summary>For <c>GIT_SSH_COMMAND</c>, which a shell reads: what stands in it is written here, or the name of a file that was named here.</summary>
    public string Command { get; }

    /// <exception cref="GitException">There is no key, no host is known, or there is no place for the files.</exception>
    public static SshFiles Create(GitRemote remote)
    {
        if (remote.Credential?.Key is not { } key)
            throw new GitException(GitFailure.AuthenticationFailed, $"{remote.Url} is reached over ssh, and there is no private key for it");
        var verifies = !remote.Credential.SkipsTlsVerification;
        if (verifies && remote.KnownHosts is null)
            throw new GitException(GitFailure.HostKey, $"the host key of {remote.Url.Host} is not known, and neither is that of any other host");
        var folder = CreateFolder();
        try
        {
            var hosts = verifies ? Write(folder, "known_hosts", remote.KnownHosts!.Text) : "/dev/null";
            var identity = Write(folder, "key", key.Text);
            var options = string.Concat(Options.Append($"StrictHostKeyChecking={(verifies ? "yes" : "no")}").Select(option => $" -o {option}"));
            return new SshFiles(folder, $"ssh -F /dev/null -T -a -x{options} -o 'UserKnownHostsFile={hosts}' -i '{identity}'");
        }
        catch
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    public void Dispose()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    private static string CreateFolder()
    {
        Exception? last = null;
        foreach (var parent in new[] { "/dev/shm", Path.TrimEndingDirectorySeparator(Path.GetTempPath()) })
        {
            // A shell reads the name, and ssh after it, which has signs of its own for homes, variables and the ends of words.
            if (!Directory.Exists(parent) || !parent.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '_' or '-'))
                continue;
            try
            {
                var folder = Path.Combine(parent, $"bumper-ssh-{Guid.NewGuid():N}");
                CloneStore.CreatePrivate(folder);
                return folder;
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                last = failure;
            }
        }

        throw new GitException(
            GitFailure.Unsupported, $"there is no place for the key that ssh is to use: neither /dev/shm nor '{Path.GetTempPath()}' can be written to, or the name of the latter has signs that ssh would misread", last);
    }

    private static string Write(string folder, string name, string text)
    {
        var path = Path.Combine(folder, name);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = PrivateFile;
        using var file = new FileStream(path, options);
        file.Write(Encoding.UTF8.GetBytes(text));
        return path;
    }
}
