using System.Globalization;
using BenchmarkDotNet.Attributes;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Holds;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Benchmarks.Micro;

/// <summary>What people took back, read for 1,000 applications that are due from 20,000 commits of the bot.</summary>
public class HistoryBenchmarks
{
    private const int Applications = 1_000;
    private const int Commits = 20_000;
    private const string Image = "registry.example.com/team/web";

    private readonly List<(string Id, string Message)> _commits = [];
    private readonly HashSet<NamespacedName> _wanted = [];
    private RepositoryName _repository = null!;

    [GlobalSetup]
    public void Prepare()
    {
        _repository = ImageReference.TryParse(Image, out var image, out _) ? image.Repository : throw new InvalidOperationException(Image);
        for (var number = 0; number < Applications; number++)
            _wanted.Add(new NamespacedName("argocd", Name(number)));
        for (var number = 0; number < Commits; number++)
        {
            var (app, version) = (Name(number % Applications), number / Applications);
            _commits.Add((number.ToString("x40", CultureInfo.InvariantCulture), string.Create(CultureInfo.InvariantCulture, $"""
                build: automatic update of {app}

                updates image {Image} tag '1.{version}.0' to '1.{version + 1}.0'

                Bumper-Update: argocd/{app} web {Image} 1.{version}.0 1.{version + 1}.0
                Bumper-Target: main:apps/{app}/.argocd-source-{app}.yaml

                """)));
        }
    }

    [Benchmark]
    public int ReadHistory()
    {
        var history = new UpdateHistory(_wanted);
        foreach (var (id, message) in _commits)
            history.Add(UpdateCommit.Read(id, DateTimeOffset.UnixEpoch, message));
        var value = WrittenValue.Read($"1.{(Commits / Applications) - 1}.0");
        return _wanted.Sum(name => history.Read([new ImageIdentity(name, "web")], _repository, $"main:apps/{name.Name}/.argocd-source-{name.Name}.yaml", value, DateTimeOffset.UnixEpoch).Rejected.Count);
    }

    private static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"app-{number:d4}");
}
