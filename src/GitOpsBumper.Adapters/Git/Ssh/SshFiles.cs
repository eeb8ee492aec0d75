using GitOpsBumper.Adapters.Git.Transport;

namespace GitOpsBumper.Adapters.Git.Ssh;

/// <summary>
/// The key and the known hosts of one repository, which ssh takes from files alone: in a private folder, in memory where the machine has a place for
/// that, gone with this object. Each repository in work has its own, so that those with different keys do not meet.
/// </summary>
internal sealed class SshFiles : IDisposable
{
    /// <summary>Nothing of the machine's, nothing that asks, nothing that starts another program, and no host that is not known.</summary>
    private static readonly string[] Options =
    [
        "BatchMode=yes", "IdentitiesOnly=yes", "IdentityAgent=none", "PreferredAuthentications=publickey", "PasswordAuthentication=no", "KbdInteractiveAuthentication=no",
        "GlobalKnownHostsFile=/dev/null", "UpdateHostKeys=no", "VerifyHostKeyDNS=no", "ClearAllForwardings=yes", "ControlMaster=no", "ControlPath=none",
        "ProxyCommand=none", "PermitLocalCommand=no", "ConnectTimeout=30", "ServerAliveInterval=15", "ServerAliveCountMax=4", "LogLevel=ERROR",
    ];

    private readonly PrivateFolder _folder;

    private SshFiles(PrivateFolder folder, string command)
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
        var folder = PrivateFolder.Create("ssh", "the key that ssh is to use");
        try
        {
            var hosts = verifies ? folder.Write("known_hosts", remote.KnownHosts!.Text) : "/dev/null";
            var identity = folder.Write("key", key.Text);
            var options = string.Concat(Options.Append($"StrictHostKeyChecking={(verifies ? "yes" : "no")}").Select(option => $" -o {option}"));
            return new SshFiles(folder, $"ssh -F /dev/null -T -a -x{options} -o 'UserKnownHostsFile={hosts}' -i '{identity}'");
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    public void Dispose() => _folder.Dispose();
}
