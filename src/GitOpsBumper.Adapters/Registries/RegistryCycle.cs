using System.Collections.Concurrent;
using GitOpsBumper.Core.Credentials;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Planning;
using GitOpsBumper.Core.Signatures;

namespace GitOpsBumper.Adapters.Registries;

/// <summary>
/// The questions of one update cycle: each is asked once, however many applications ask it, and all get the same answer or the same failure.
/// Whoever gives up waiting does not spoil the answer for the others; disposing ends what is still under way.
/// </summary>
public sealed class RegistryCycle(RegistryClient client, CancellationToken stop) : IDisposable
{
    private readonly CancellationTokenSource _end = CancellationTokenSource.CreateLinkedTokenSource(stop);
    private readonly ConcurrentDictionary<Question, Lazy<Task<IReadOnlyList<Tag>>>> _lists = new();
    private readonly ConcurrentDictionary<Question, Lazy<Task<Digest>>> _digests = new();
    private readonly ConcurrentDictionary<Question, Lazy<Task<ImageBuild>>> _builds = new();

    private readonly ConcurrentDictionary<SignatureQuestion, Lazy<Task<SignatureVerdict>>> _verdicts = new();

    private int _isDisposed;

    public Task<IReadOnlyList<Tag>> ListTagsAsync(RepositoryName repository, UserCredential? credential, CancellationToken cancellationToken) =>
        Ask(_lists, new Question(repository, null, "", credential), question => client.ListTagsAsync(question.Repository, question.Credential, _end.Token), cancellationToken);

    public Task<Digest> GetDigestAsync(RepositoryName repository, Tag tag, UserCredential? credential, CancellationToken cancellationToken) =>
        Ask(_digests, new Question(repository, tag, "", credential), question => client.GetDigestAsync(question.Repository, tag, question.Credential, _end.Token), cancellationToken);

    /// <summary>Dates are known at least for the wanted platforms; an empty list wants all.</summary>
    public Task<ImageBuild> GetBuildAsync(
        RepositoryName repository, Tag tag, IReadOnlyList<Platform> platforms, UserCredential? credential, CancellationToken cancellationToken) =>
        Ask(
            _builds,
            new Question(repository, tag, string.Join(',', platforms.Select(platform => platform.ToString()).Order(StringComparer.Ordinal)), credential),
            question => client.GetBuildAsync(question.Repository, tag, platforms, question.Credential, _end.Token),
            cancellationToken);

    /// <summary>Whether the digest is signed by one of the keys.</summary>
    public Task<SignatureVerdict> VerifyAsync(
        RepositoryName repository, Digest digest, PublicKeySet keys, UserCredential? credential, CancellationToken cancellationToken) =>
        Ask(
            _verdicts,
            new SignatureQuestion(repository, digest, keys.Fingerprint, credential),
            question => client.VerifyAsync(question.Repository, question.Digest, keys, question.Credential, _end.Token),
            cancellationToken);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 1)
            return;
        _end.Cancel();
        _end.Dispose();
    }

    private static Task<T> Ask<TQuestion, T>(
        ConcurrentDictionary<TQuestion, Lazy<Task<T>>> asked, TQuestion question, Func<TQuestion, Task<T>> ask, CancellationToken cancellationToken)
        where TQuestion : notnull =>
        asked.GetOrAdd(question, static (question, ask) => new Lazy<Task<T>>(() => ask(question)), ask).Value.WaitAsync(cancellationToken);

    private sealed record Question(RepositoryName Repository, Tag? Tag, string Platforms, UserCredential? Credential);

    private sealed record SignatureQuestion(RepositoryName Repository, Digest Digest, string Keys, UserCredential? Credential);
}
