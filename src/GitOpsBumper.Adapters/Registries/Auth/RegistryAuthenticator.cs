using System.Net.Http.Headers;
using GitOpsBumper.Adapters.Http;

namespace GitOpsBumper.Adapters.Registries.Auth;

/// <summary>
/// Convinces one registry. How it wants that is learnt from its first refusal and remembered, so that every further repository costs no refusal.
/// </summary>
internal sealed class RegistryAuthenticator(RegistryEndpoint registry, TokenSource tokens)
{
    private volatile AuthChallenge? _challenge;

    /// <summary>What to send at first; null while the registry has not asked for anything.</summary>
    public async Task<AuthenticationHeaderValue?> PrepareAsync(RegistryAsk ask, CancellationToken cancellationToken) =>
        _challenge is { } challenge ? await AnswerAsync(challenge, ask, null, cancellationToken) : null;

    /// <summary>What to send after a refusal; null when there is nothing left that could convince.</summary>
    public async Task<AuthenticationHeaderValue?> AnswerAsync(RegistryAsk ask, HttpReply refusal, AuthenticationHeaderValue? refused, CancellationToken cancellationToken)
    {
        if (AuthChallenge.Read(refusal.Headers) is not { } challenge)
            return null;
        _challenge = challenge;
        var next = await AnswerAsync(challenge, ask, refused, cancellationToken);
        return next?.Equals(refused) == true ? null : next;
    }

    private async Task<AuthenticationHeaderValue?> AnswerAsync(AuthChallenge challenge, RegistryAsk ask, AuthenticationHeaderValue? refused, CancellationToken cancellationToken)
    {
        if (challenge is not AuthChallenge.Bearer bearer)
            return ask.Credential is null ? null : BasicHeader.Of(ask.Credential);
        if (RealmPolicy.Refuse(registry, bearer.Realm, ask.Credential is not null, out var realm) is { } problem)
        {
            throw new RegistryException($"registry {registry.ApiUrl.Authority} sends for a token to {problem} ({ask.Method} {RedactedUrl.PathOf(ask.Url)})")
            {
                Method = ask.Method.Method,
                Url = RedactedUrl.Of(ask.Url),
            };
        }

        var key = new TokenKey(realm!, bearer.Service, $"repository:{registry.PathOf(ask.Repository)}:pull", ask.Credential);
        var token = await tokens.GetAsync(key, refused?.Scheme == "Bearer" ? refused.Parameter : null, cancellationToken);
        return new AuthenticationHeaderValue("Bearer", token);
    }
}
