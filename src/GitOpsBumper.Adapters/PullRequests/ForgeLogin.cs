using System.Net.Http.Headers;
using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Adapters.Git.Apps;

namespace GitOpsBumper.Adapters.PullRequests;

/// <summary>How the bot proves itself to the API of a forge.</summary>
internal abstract class ForgeLogin
{
    /// <summary>Null: it proves nothing.</summary>
    public abstract Task<AuthenticationHeaderValue?> GetAsync(CancellationToken cancellationToken);

    /// <summary>What was shown is not taken.</summary>
    /// <returns>Whether there may be another.</returns>
    public virtual bool Refused(AuthenticationHeaderValue? shown) => false;

    /// <summary>Who it is, for memories: what one may see, another may not. Holds no secret.</summary>
    public abstract object Account { get; }

    public static ForgeLogin Of(AuthenticationHeaderValue? header) => new Fixed(header);

    public static ForgeLogin Of(GitHubApps apps, GitRemote remote) => new OfApp(apps, remote);

    private sealed class Fixed(AuthenticationHeaderValue? header) : ForgeLogin
    {
        public override object Account => header?.GetHashCode() ?? 0;

        public override Task<AuthenticationHeaderValue?> GetAsync(CancellationToken cancellationToken) => Task.FromResult(header);
    }

    private sealed class OfApp(GitHubApps apps, GitRemote remote) : ForgeLogin
    {
        private InstallationToken? _token;

        public override object Account => remote.Credential!.App!.Id;

        public override async Task<AuthenticationHeaderValue?> GetAsync(CancellationToken cancellationToken)
        {
            try
            {
                _token = await apps.GetAsync(remote, cancellationToken);
                return new AuthenticationHeaderValue("Bearer", _token.Value);
            }
            catch (GitException failure)
            {
                throw new ForgeException(failure.Failure == GitFailure.Network ? ForgeFailure.Unavailable : ForgeFailure.Unauthorized, failure.Message, failure);
            }
        }

        public override bool Refused(AuthenticationHeaderValue? shown)
        {
            if (_token is not { } token || token.Value != shown?.Parameter)
                return false;
            apps.Refused(remote, token);
            return true;
        }
    }
}
