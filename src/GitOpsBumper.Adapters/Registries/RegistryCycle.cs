using System.Collections.Concurrent;
using System.Net;
using GitOpsBumper.Core.Credentials;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Planning;
using GitOpsBumper.Core.Planning.Cooling;
using GitOpsBumper.Core.Signatures;

namespace GitOpsBumper.Adapters.Registries;

/// <summary>
/// The questions of one update cycle: each is asked once, however many applications ask it, and all get the same answer or the same failure.
/// Whoever gives up waiting does not spoil the answer for the others; disposing ends what is still under way.
/// </summary>
public sealed class RegistryCycle(RegistryClient client, CancellationToken stop) : IDisposable
{
    /// <summary>So many refusals of one credential in a cycle, and it is wrong: accounts are locked after not many more.</summary>
    private const int MaxRefusals = 3;

    private readonly CancellationTokenSource _end = CancellationTokenSource.CreateLinkedTokenSource(stop);
    private readonly ConcurrentDictionary<Question, Lazy<Task<IReadOnlyList<Tag>>>> _lists = new();
    private readonly ConcurrentDictionary<Question, Lazy<Task<Digest>>> _digests = new();
    private readonly ConcurrentDictionary<Question, Lazy<Task<ImageBuild>>> _builds = new();
    private readonly ConcurrentDictionary<Question, Lazy<Task<ImageAge>>> _ages = new();
    private readonly ConcurrentDictionary<AboutQuestion, Lazy<Task<ImageAbout>>> _abouts = new();
    private readonly ConcurrentDictionary<SignatureQuestion, Lazy<Task<SignatureVerdict>>> _verdicts = new();
    private readonly ConcurrentDictionary<Account, Standing> _standings = new();

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
            new Question(repository, tag, Key(platforms), credential),
            question => client.GetBuildAsync(question.Repository, tag, platforms, question.Credential, _end.Token),
            cancellationToken);

    /// <summary>Since when what the tag points to now has been there. The same for whoever asks for the same platforms.</summary>
    public Task<ImageAge> GetAgeAsync(
        RepositoryName repository, Tag tag, IReadOnlyList<Platform> platforms, UserCredential? credential, CancellationToken cancellationToken) =>
        Ask(
            _ages,
            new Question(repository, tag, Key(platforms), credential),
            async question => await client.GetAgeAsync(
                question.Repository, tag, await GetDigestAsync(question.Repository, tag, question.Credential, _end.Token), platforms, question.Credential, _end.Token),
            cancellationToken);

    /// <summary>What a version says of itself.</summary>
    public Task<ImageAbout> GetAboutAsync(
        RepositoryName repository, ImageVersion version, IReadOnlyList<Platform> platforms, UserCredential? credential, CancellationToken cancellationToken) =>
        Ask(
            _abouts,
            new AboutQuestion(repository, version, Key(platforms), credential),
            question => client.GetAboutAsync(question.Repository, question.Version, platforms, question.Credential, _end.Token),
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

    private static string Key(IReadOnlyList<Platform> platforms) => string.Join(',', platforms.Select(platform => platform.ToString()).Order(StringComparer.Ordinal));

    private Task<T> Ask<TQuestion, T>(
        ConcurrentDictionary<TQuestion, Lazy<Task<T>>> asked, TQuestion question, Func<TQuestion, Task<T>> ask, CancellationToken cancellationToken)
        where TQuestion : Asked =>
        asked.GetOrAdd(question, question => new Lazy<Task<T>>(() => AskAsync(question, ask))).Value.WaitAsync(cancellationToken);

    private async Task<T> AskAsync<TQuestion, T>(TQuestion question, Func<TQuestion, Task<T>> ask)
        where TQuestion : Asked
    {
        if (question.Credential is not { } credential)
            return await ask(question);
        var registry = question.Repository.Registry;
        var standing = _standings.GetOrAdd(new Account(registry, credential), static _ => new Standing());
        if (standing.IsHopeless && !client.IsAccepted(registry, credential))
        {
            throw new RegistryException($"registry {registry} has refused these credentials {MaxRefusals} times in this cycle, so it was not asked for {question.Repository} with them, lest the account be locked")
            {
                Status = HttpStatusCode.Unauthorized,
                Method = "GET",
                Url = registry,
            };
        }

        try
        {
            var answer = await ask(question);
            standing.Accept();
            client.Accept(registry, credential);
            return answer;
        }
        catch (RegistryException failure) when (failure.Status == HttpStatusCode.Unauthorized)
        {
            standing.Refuse();
            throw;
        }
    }

    private sealed record Account(string Registry, UserCredential Credential);

    /// <summary>How a credential does at a registry. One that was accepted is right, whatever it does not open.</summary>
    private sealed class Standing
    {
        private volatile bool _isAccepted;
        private int _refusals;

        public bool IsHopeless => !_isAccepted && Volatile.Read(ref _refusals) >= MaxRefusals;

        public void Accept() => _isAccepted = true;

        public void Refuse() => Interlocked.Increment(ref _refusals);
    }

    private abstract record Asked(RepositoryName Repository, UserCredential? Credential);

    private sealed record Question(RepositoryName Repository, Tag? Tag, string Platforms, UserCredential? Credential) : Asked(Repository, Credential);

    private sealed record AboutQuestion(RepositoryName Repository, ImageVersion Version, string Platforms, UserCredential? Credential) : Asked(Repository, Credential);

    private sealed record SignatureQuestion(RepositoryName Repository, Digest Digest, string Keys, UserCredential? Credential) : Asked(Repository, Credential);
}
