using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using GitOpsBumper.Adapters.Identity;
using GitOpsBumper.Adapters.Kubernetes;
using GitOpsBumper.Adapters.Kubernetes.Reviews;
using GitOpsBumper.Configuration.Hooks;
using GitOpsBumper.Configuration.Secrets;
using GitOpsBumper.Controller.Triggers;
using GitOpsBumper.Core.Credentials;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Api.Callers;

/// <summary>Finds out whose a bearer token is, and what they may do.</summary>
/// <param name="reviews">Of the API server.</param>
/// <param name="verifier">Of the tokens of jobs.</param>
/// <param name="secrets">As they are now.</param>
/// <param name="issuers">As they are now.</param>
/// <param name="time">For how long answers are kept.</param>
internal sealed class CallerFinder(ReviewClient reviews, IdTokenVerifier verifier, Func<SecretLayer> secrets, Func<IReadOnlyList<JobIssuer>> issuers, TimeProvider time)
{
    /// <summary>So long the API server's word holds: what it keeps it for itself.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(10);

    /// <summary>So long a token that the API server vouched for is asked about without regard to how many strangers ask.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(1);

    /// <summary>Tokens that nobody has shown lately, from one address; the bot's own requests to the API server are not to wait for strangers.</summary>
    private const int NewTokensPerSecond = 20;

    /// <summary>From all addresses together.</summary>
    private const int NewTokensPerSecondInAll = 100;

    /// <summary>Where a caller may not do it in the whole namespace.</summary>
    private const int ReviewsAtOnce = 10;
    private const string Scheme = "Bearer ";

    private readonly Memory<string, ReviewedUser?> _users = new(1_000, Kept, time);
    private readonly Memory<string, bool> _acquainted = new(1_000, Remembered, time);
    private readonly AddressGates _newTokens = new(time);
    private readonly Memory<string, bool> _rights = new(20_000, Kept, time);

    /// <param name="authorization">The header; null: there is none.</param>
    /// <param name="from">Where it comes from; null: nobody knows.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<CallerAnswer> FindAsync(string? authorization, IPAddress? from, CancellationToken cancellationToken)
    {
        if (authorization is null || !authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || authorization[Scheme.Length..].Trim() is not { Length: > 0 and <= IdTokenVerifier.MaxLength } token)
            return new CallerAnswer.Refused("the header 'Authorization: Bearer <token>' is missing or not understood");
        if (StaticTokens.Find(secrets(), token) is { } holder)
            return new CallerAnswer.Known(holder);
        if (IdTokenVerifier.IssuerOf(token) is { } issuer && issuers().Where(known => known.Issuer == issuer).ToList() is { Count: > 0 } trusted)
            return await FindJobAsync(token, trusted, cancellationToken);
        return await FindUserAsync(token, from, cancellationToken);
    }

    /// <summary>Those of the targets that the caller may have looked at.</summary>
    /// <exception cref="KubernetesException">Nobody knows.</exception>
    public async Task<IReadOnlyList<TriggerTarget>> PermittedAsync(Caller caller, IReadOnlyList<TriggerTarget> targets, RepositoryName? image, CancellationToken cancellationToken)
    {
        switch (caller)
        {
            case Caller.Holder { Grant: var grant }:
                return [.. targets.Where(target => grant.Permits(target.Application, image))];
            case Caller.Job { Grants: var grants }:
                return [.. targets.Where(target => grants.Any(grant => grant.Permits(target.Application, image)))];
            case Caller.OfCluster { User: var user }:
                var permitted = new List<TriggerTarget>();
                foreach (var space in targets.GroupBy(target => target.Application.Namespace))
                    permitted.AddRange(await PermittedAsync(user, space.Key, [.. space], cancellationToken));
                return permitted;
            default:
                throw new InvalidOperationException($"{caller.GetType().Name} is no caller that is known");
        }
    }

    /// <summary>Not where patterns of images say what the caller may trigger of one of the targets: the rest of the Application would pass its window too.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="targets">That they may trigger.</param>
    /// <param name="image">That they ask for; null: all of the Application.</param>
    public static bool MayBeUrgent(Caller caller, IReadOnlyList<TriggerTarget> targets, RepositoryName? image) => caller switch
    {
        Caller.Holder { Grant.NamesImages: true } => false,
        Caller.Job { Grants: var grants } => targets.All(target => grants.Any(grant => !grant.NamesImages && grant.Permits(target.Application, image))),
        _ => true,
    };

    /// <summary>Who may patch all of a namespace is asked about once.</summary>
    private async Task<IReadOnlyList<TriggerTarget>> PermittedAsync(ReviewedUser user, string space, IReadOnlyList<TriggerTarget> targets, CancellationToken cancellationToken)
    {
        if (targets.Count > 1 && await MayAsync(user, space, null, cancellationToken))
            return targets;
        var permitted = new bool[targets.Count];
        await Parallel.ForAsync(0, permitted.Length, new ParallelOptions { MaxDegreeOfParallelism = ReviewsAtOnce, CancellationToken = cancellationToken }, async (index, token) =>
            permitted[index] = await MayAsync(user, space, targets[index].Application.Name, token));
        return [.. targets.Where((_, index) => permitted[index])];
    }

    private async Task<bool> MayAsync(ReviewedUser user, string space, string? application, CancellationToken cancellationToken)
    {
        var key = Key([KeyOf(user), space, application ?? ""]);
        if (_rights.TryGet(key, out var may))
            return may;
        return _rights.Keep(key, await reviews.MayAsync(user, "patch", space, application, cancellationToken));
    }

    /// <summary>Whatever an authoriser may look at.</summary>
    private static string KeyOf(ReviewedUser user) =>
        Key([user.Name, user.Uid ?? "", Key(user.Groups), Key(user.Extra.OrderBy(pair => pair.Key, StringComparer.Ordinal).SelectMany(pair => new[] { pair.Key, Key(pair.Value) }))]);

    /// <summary>Each with its length before it: names may hold anything, and two people must not share a key.</summary>
    internal static string Key(IEnumerable<string> parts) => string.Concat(parts.Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Length}:{part}")));

    private async Task<CallerAnswer> FindUserAsync(string token, IPAddress? from, CancellationToken cancellationToken)
    {
        // A key from which nobody gets the token back.
        var key = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
        try
        {
            if (!_users.TryGet(key, out var user))
            {
                if (!_acquainted.TryGet(key, out _) && !_newTokens.TryPass(from, NewTokensPerSecond, NewTokensPerSecondInAll))
                    return new CallerAnswer.Unknown("too many tokens that nobody knows are shown at the moment");
                user = _users.Keep(key, await reviews.AuthenticateAsync(new Secret(token), cancellationToken));
                if (user is not null)
                    _acquainted.Keep(key, true);
            }

            return user is null ? new CallerAnswer.Refused("nobody vouches for the token: neither the secret of the bot, nor an issuer that it believes, nor the API server") : new CallerAnswer.Known(new Caller.OfCluster(user));
        }
        catch (KubernetesException failure) when (failure.IsForbidden)
        {
            return new CallerAnswer.Unknown($"the bot may not ask the API server whose the token is: {failure.Message}");
        }
        catch (KubernetesException failure)
        {
            return new CallerAnswer.Unknown(failure.Message);
        }
    }

    private async Task<CallerAnswer> FindJobAsync(string token, IReadOnlyList<JobIssuer> trusted, CancellationToken cancellationToken)
    {
        var reasons = new List<string>();
        foreach (var issuer in trusted)
        {
            try
            {
                var verified = await verifier.VerifyAsync(token, new TrustedIssuer(issuer.Issuer, issuer.Audience, issuer.Authorities), cancellationToken);
                var grants = issuer.Rules.Where(rule => rule.Accepts(name => verified.Claims.GetValueOrDefault(name) ?? [])).Select(rule => rule.Grant).ToList();
                if (grants.Count > 0)
                    return new CallerAnswer.Known(new Caller.Job(issuer.Issuer, Subject(verified), grants));
                reasons.Add($"no rule of 'api.oidc' accepts {Subject(verified)} of {issuer.Issuer}");
            }
            catch (IdTokenException failure) when (failure.IsTransient)
            {
                return new CallerAnswer.Unknown(failure.Message);
            }
            catch (IdTokenException failure)
            {
                reasons.Add(failure.Message);
            }
        }

        return new CallerAnswer.Refused(reasons[^1]);
    }

    private static string Subject(IdToken token) => Core.Shortened.Text(token.Claim("sub") ?? "a job without subject");
}
