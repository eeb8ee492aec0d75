using System.Diagnostics.CodeAnalysis;

namespace GitOpsBumper.Adapters.Kubernetes.Access;

/// <summary>What may stand behind <c>Authorization: Bearer</c>.</summary>
internal static class BearerText
{
    /// <param name="text">White space around it does not count.</param>
    /// <param name="token">The token alone.</param>
    /// <param name="problem">Never quotes the token.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out string? token, [NotNullWhen(false)] out string? problem)
    {
        token = text.Trim();
        problem = token.Length switch
        {
            0 => "the token is empty",
            > BoundedFile.MaxTokenBytes => $"the token has more than {BoundedFile.MaxTokenBytes} characters",
            _ => token.All(letter => letter is > ' ' and <= '~') ? null : "the token has characters that no token has: allowed are visible ASCII characters without spaces",
        };
        if (problem is not null)
            token = null;
        return problem is null;
    }
}

/// <summary>A token that stays what it is.</summary>
internal sealed class FixedToken(string token) : IKubernetesToken
{
    public ValueTask<string?> GetAsync(bool renew, CancellationToken cancellationToken) => ValueTask.FromResult<string?>(token);
}
