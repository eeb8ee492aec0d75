using System.Net;
using GitOpsBumper.Adapters.Credentials;
using GitOpsBumper.Adapters.Registries;
using GitOpsBumper.Configuration;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Credentials;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Planning;
using GitOpsBumper.Core.Signatures;

namespace GitOpsBumper.Controller;

/// <summary>Answers the planner's questions. What the registry was asked once in this cycle it is not asked again, whoever asks.</summary>
internal sealed class RegistryAnswers(RegistryCycle registries, RegistryConfiguration configuration, CredentialResolver credentials, KeyResolver keys, TrustSection trust)
{
    public async Task<RegistryAnswer> AskAsync(NamespacedName application, ImagePolicy image, RegistryQuestion question, CancellationToken cancellationToken)
    {
        // registries.conf may name another default registry than Docker Hub for images without one.
        var repository = configuration.RepositoryOf(image.Image);
        if (trust.Refusal(repository) is { } refusal)
            return new RegistryAnswer.Failed(refusal);
        var note = "";
        try
        {
            var found = await credentials.ResolveAsync(application, image.PullSecret, repository, cancellationToken);
            note = found.Note is null ? "" : $"; {found.Note}";
            return await AskAsync(application, image, repository, found, credential => AskAsync(application, repository, image, question, credential, cancellationToken), cancellationToken);
        }
        catch (RegistryException failure) when (failure.IsNotFound && question is RegistryQuestion.DigestOf or RegistryQuestion.BuildOf)
        {
            return new RegistryAnswer.Missing(failure.Message);
        }
        catch (RegistryException failure)
        {
            return new RegistryAnswer.Failed(Refuses(failure) ? failure.Message + note : failure.Message);
        }
        catch (CredentialException failure)
        {
            return new RegistryAnswer.Failed(failure.Message);
        }
    }

    /// <summary>What a version says of itself, for people; null when the registry does not say, whatever the reason: nothing is decided by it.</summary>
    public async Task<ImageAbout?> DescribeAsync(NamespacedName application, ImagePolicy image, ImageVersion version, CancellationToken cancellationToken)
    {
        var repository = configuration.RepositoryOf(image.Image);
        if (trust.Refusal(repository) is not null)
            return null;
        try
        {
            var found = await credentials.ResolveAsync(application, image.PullSecret, repository, cancellationToken);
            return await AskAsync(application, image, repository, found, credential => registries.GetAboutAsync(repository, version, image.Platforms, credential, cancellationToken), cancellationToken);
        }
        catch (Exception failure) when (failure is RegistryException or CredentialException)
        {
            return null;
        }
    }

    /// <summary>How the image is asked for; null when it is not.</summary>
    public async Task<RegistryRoute?> RouteAsync(NamespacedName application, ImagePolicy image, CancellationToken cancellationToken)
    {
        var repository = configuration.RepositoryOf(image.Image);
        if (trust.Refusal(repository) is not null)
            return null;
        var endpoint = configuration.EndpointFor(repository);
        try
        {
            var found = await credentials.ResolveAsync(application, image.PullSecret, repository, cancellationToken);
            return new RegistryRoute(endpoint.ApiUrl, found.Note is null ? found.Source : $"{found.Source} ({found.Note})");
        }
        catch (CredentialException failure)
        {
            return new RegistryRoute(endpoint.ApiUrl, $"none ({failure.Message})");
        }
    }

    /// <summary>403 too: Amazon's registry answers so to what has expired.</summary>
    private static bool Refuses(RegistryException failure) => failure.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;

    /// <summary>With what was found, and where that is refused with what may be better.</summary>
    private async Task<T> AskAsync<T>(
        NamespacedName application, ImagePolicy image, RepositoryName repository, FoundCredential found, Func<UserCredential?, Task<T>> ask, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await ask(found.Credential);
        }
        catch (RegistryException refused) when (Refuses(refused) && found.Credential is not null)
        {
            if (await AskAgainAsync(application, image, repository, found, refused, ask, cancellationToken) is not { } answer)
                throw;
            return answer;
        }
    }

    /// <summary>With another credential, and where nobody named it, without any. Null when there is neither.</summary>
    private async Task<T?> AskAgainAsync<T>(
        NamespacedName application, ImagePolicy image, RepositoryName repository, FoundCredential found, RegistryException refusal, Func<UserCredential?, Task<T>> ask,
        CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            if (await RenewAsync(application, image, repository, found.Credential!, refusal, cancellationToken) is { } renewed)
                return await ask(renewed);
        }
        catch (RegistryException again) when (found.IsOptional && Refuses(again))
        {
        }

        try
        {
            return found.IsOptional ? await ask(null) : null;
        }
        catch (RegistryException anonymous) when (Refuses(anonymous))
        {
            // What was said to the identity tells more.
            return null;
        }
    }

    /// <summary>Null when there is nothing better than what was refused.</summary>
    /// <exception cref="CredentialException">The source gives nothing any more.</exception>
    private async Task<UserCredential?> RenewAsync(
        NamespacedName application, ImagePolicy image, RepositoryName repository, UserCredential refused, RegistryException refusal, CancellationToken cancellationToken)
    {
        try
        {
            return (await credentials.RenewAsync(application, image.PullSecret, repository, refused, cancellationToken))?.Credential;
        }
        catch (CredentialException failure)
        {
            throw new CredentialException($"{refusal.Message}; fetched anew: {failure.Message}");
        }
    }

    private async Task<RegistryAnswer> AskAsync(
        NamespacedName application, RepositoryName repository, ImagePolicy image, RegistryQuestion question, UserCredential? credential, CancellationToken cancellationToken) => question switch
        {
            RegistryQuestion.TagList => new RegistryAnswer.Tags(await registries.ListTagsAsync(repository, credential, cancellationToken)),
            RegistryQuestion.DigestOf { Tag: var tag } => new RegistryAnswer.DigestIs(await registries.GetDigestAsync(repository, tag, credential, cancellationToken)),
            RegistryQuestion.BuildOf { Tag: var tag } => new RegistryAnswer.Build(await registries.GetBuildAsync(repository, tag, image.Platforms, credential, cancellationToken)),
            RegistryQuestion.SignatureOf { Digest: var digest } => new RegistryAnswer.Signature(await VerifyAsync(application, image, repository, digest, credential, cancellationToken)),
            RegistryQuestion.AgeOf { Tag: var tag } => new RegistryAnswer.Age(await registries.GetAgeAsync(repository, tag, image.Platforms, credential, cancellationToken)),
            _ => throw new InvalidOperationException($"{question.GetType().Name} is no question that a registry answers"),
        };

    private async Task<SignatureVerdict> VerifyAsync(
        NamespacedName application, ImagePolicy image, RepositoryName repository, Digest digest, UserCredential? credential, CancellationToken cancellationToken)
    {
        var wanted = image.Verify ?? throw new InvalidOperationException($"{image.DisplayAlias} asks for no signature");
        return await registries.VerifyAsync(repository, digest, await keys.ResolveAsync(application, wanted, cancellationToken), credential, cancellationToken);
    }
}

/// <param name="Registry">The URL of its API.</param>
/// <param name="Credentials">Where those that it is asked with come from; no secret is in it.</param>
internal sealed record RegistryRoute(Uri Registry, string Credentials);
