using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Adapters.Git.Plumbing;
using GitOpsBumper.Adapters.Processes;
using GitOpsBumper.Adapters.Telemetry;

namespace GitOpsBumper.Tests.Adapters.Git.Ssh;

public sealed class SshErrorsTests
{
    private const string Unread = "\nfatal: Could not read from remote repository.\n\nPlease make sure you have the correct access rights\nand the repository exists.\n";

    [Theory]
    [InlineData("git@git.example.com: Permission denied (publickey).", GitFailure.AuthenticationFailed, "the server does not accept the key (git@git.example.com: Permission denied (publickey).)")]
    [InlineData("Load key \"/x/key\": error in libcrypto\ngit@h: Permission denied (publickey).", GitFailure.AuthenticationFailed, "ssh cannot read the private key")]
    [InlineData("ERROR: The key you are authenticating with has been marked as read only.", GitFailure.AuthenticationFailed, "the key may only read")]
    [InlineData("ERROR: Permission to team/config.git denied to deploy key", GitFailure.AuthenticationFailed, "the key may not do this to the repository")]
    [InlineData("ERROR: Repository not found.", GitFailure.RepositoryNotFound, "the repository does not exist, or is not visible with this key")]
    [InlineData("fatal: '/x.git' does not appear to be a git repository", GitFailure.RepositoryNotFound, "the repository does not exist, or is not visible with this key")]
    [InlineData("ssh: Could not resolve hostname git.example.com: Name or service not known", GitFailure.Network, "the name of the server is not found")]
    [InlineData("ssh: connect to host git.example.com port 22: Connection timed out", GitFailure.Network, "the server could not be reached")]
    [InlineData("kex_exchange_identification: read: Connection reset by peer", GitFailure.Network, "the server broke off")]
    [InlineData("Timeout, server git.example.com not responding.", GitFailure.Network, "the server broke off")]
    [InlineData("Unable to negotiate with 1.2.3.4 port 22: no matching host key type found. Their offer: ssh-dss", GitFailure.Other, "the server and ssh have no algorithm in common")]
    [InlineData("ssh: 1: ssh: not found", GitFailure.Unsupported, "ssh is not installed")]
    [InlineData("error: cannot run ssh: No such file or directory\nfatal: unable to fork", GitFailure.Unsupported, "ssh is not installed")]
    [InlineData("No user exists for uid 12345", GitFailure.Unsupported, "ssh does not run for a user without a name: the uid of this process has no entry in /etc/passwd")]
    public void What_ssh_says_is_told_in_a_sentence(string error, GitFailure failure, string sentence)
    {
        var told = Read(error + Unread);
        Assert.Equal(failure, told.Failure);
        Assert.StartsWith($"could not fetch from git@git.example.com:team/config: {sentence}", told.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Please make sure", told.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_key_that_has_changed_is_no_network_trouble_and_told_without_the_shouting()
    {
        var told = Read("""
            @@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
            @    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @
            @@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
            IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!
            Offending ED25519 key in /dev/shm/bumper-ssh-0/known_hosts:1
            Host key for git.example.com has changed and you have requested strict checking.
            Host key verification failed.
            """ + Unread);

        Assert.Equal(GitFailure.HostKey, told.Failure);
        Assert.False(told.IsTransient);
        Assert.Equal(
            "could not fetch from git@git.example.com:team/config: the host key of the server is not the one that is known: it has changed, or somebody else answers; if it has changed, put the new one into the known hosts "
            + "(Host key for git.example.com has changed and you have requested strict checking.)",
            told.Message);
    }

    [Fact]
    public void A_host_key_that_is_not_known_has_an_outcome_of_its_own()
    {
        const string error = "No ED25519 host key is known for git.example.com and you have requested strict checking.\nHost key verification failed.\n";
        Assert.Equal(GitFailure.HostKey, Read(error).Failure);
        Assert.Equal(CallOutcome.Untrusted, GitOperation.OutcomeOf(new ProcessResult(128, "", error), Url));
    }

    [Fact]
    public void What_is_not_sshs_is_read_as_gits() => Assert.Equal(GitFailure.CorruptClone, Read("fatal: bad object HEAD").Failure);

    private static RepositoryUrl Url { get; } = RepositoryUrl.TryParse("git@git.example.com:team/config", out var url, out _) ? url : throw new InvalidOperationException();

    private static GitException Read(string error) => GitErrors.Read(error, Url, "fetch from");
}
