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
        try
        {
            var credential = await credentials.ResolveAsync(application, image.PullSecret, repository, cancellationToken);
            return question switch
            {
                RegistryQuestion.TagList => new RegistryAnswer.Tags(await registries.ListTagsAsync(repository, credential, cancellationToken)),
                RegistryQuestion.DigestOf { Tag: var tag } => new RegistryAnswer.DigestIs(await registries.GetDigestAsync(repository, tag, credential, cancellationToken)),
                RegistryQuestion.BuildOf { Tag: var tag } => new RegistryAnswer.Build(await registries.GetBuildAsync(repository, tag, image.Platforms, credential, cancellationToken)),
                RegistryQuestion.SignatureOf { Digest: var digest } => new RegistryAnswer.Signature(await VerifyAsync(application, image, repository, digest, credential, cancellationToken)),
                _ => throw new InvalidOperationException($"{question.GetType().Name} is no question that a registry answers"),
            };
        }
        catch (RegistryException failure) when (failure.IsNotFound && question is RegistryQuestion.DigestOf or RegistryQuestion.BuildOf)
        {
            return new RegistryAnswer.Missing(failure.Message);
        }
        catch (Exception failure) when (failure is RegistryException or CredentialException)
        {
            return new RegistryAnswer.Failed(failure.Message);
        }
    }

    private async Task<SignatureVerdict> VerifyAsync(
        NamespacedName application, ImagePolicy image, RepositoryName repository, Digest digest, UserCredential? credential, CancellationToken cancellationToken)
    {
        var wanted = image.Verify ?? throw new InvalidOperationException($"{image.DisplayAlias} asks for no signature");
        return await registries.VerifyAsync(repository, digest, await keys.ResolveAsync(application, wanted, cancellationToken), credential, cancellationToken);
    }
}
