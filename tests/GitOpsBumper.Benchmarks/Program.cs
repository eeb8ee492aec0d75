using System.Globalization;
using GitOpsBumper.Benchmarks.Cluster;
using GitOpsBumper.Benchmarks.Micro;
using GitOpsBumper.Benchmarks.Registries;
using GitOpsBumper.Benchmarks.Requests;
using GitOpsBumper.Benchmarks.Scale;
using GitOpsBumper.EndToEndTests.Servers;

const string Usage = """
    usage: scale [--applications 1000[,10000]] [--commits 3000] [--files 5] [--values <lines>] [--sign ssh] [--work-dir <folder>] [--bumper <published bumper>]
           list [--applications 10000]
           controller [--applications 10000] [--bumper <published bumper>]
           registries [--repositories 500] [--page 1000] [--validators] [--bumper <published bumper>]
           requests [--applications 1000] [--open 200] [--bumper <published bumper>]
           micro [<filter>]

    scale  builds a world of N due applications in one repository, runs bumper in it and holds the figures against the targets;
           with several numbers the last world is compared with the first; --files are those of each application, --values writes to values files of so many lines
    list   lists N Applications of 30 KB from a cluster and tells the time and the peak memory of the process that does it
    controller  runs the controller over N due Applications in a real API server (KUBEBUILDER_ASSETS) and tells time and memory
    registries  asks a registry with 20 ms of latency for the tags of N repositories in two cycles, beside the same requests by curl
    requests  proposes N due Applications of one repository on a stand-in for GitLab, of which so many requests may be open, and runs bumper again when nothing is new
    micro  measures selection, parsing and edits by themselves
    """;

switch (args)
{
    case ["scale", .. var rest]:
        if (!ScaleOptions.TryParse(rest, out var options, out var problem))
        {
            Console.Error.WriteLine($"{problem}\n\n{Usage}");
            return 2;
        }

        try
        {
            return await ScaleScenario.RunAsync(options, CancellationToken.None);
        }
        catch (ServerMissingException missing)
        {
            Console.Error.WriteLine(missing.Message);
            return 2;
        }

    case ["list"]:
        return await ListScenario.RunAsync(ListScenario.DefaultApplications, CancellationToken.None);
    case ["list", "--applications", var text] when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count):
        return await ListScenario.RunAsync(count, CancellationToken.None);
    // What the list scenario starts.
    case ["list-from", var url]:
        return await ListScenario.ListAsync(new Uri(url), CancellationToken.None);
    case ["controller", .. var rest] when ScaleOptions.TryParse(rest, out var wanted, out _) && wanted.Applications.Count == 1:
        return await ControllerScenario.RunAsync(rest.Contains("--applications") ? wanted.Applications[0] : ControllerScenario.DefaultApplications, wanted.Bumper, CancellationToken.None);
    case ["registries", .. var rest] when RegistriesOptions.TryParse(rest, out var distant):
        return await RegistriesScenario.RunAsync(distant, CancellationToken.None);
    // What the registries scenario starts.
    case ["registries-from", var registry, var text] when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count):
        return await RegistriesScenario.AskAsync(new Uri(registry), count, CancellationToken.None);
    case ["requests", .. var rest] when RequestsOptions.TryParse(rest, out var proposals):
        return await RequestsScenario.RunAsync(proposals, CancellationToken.None);
    case ["micro", .. var rest]:
        return MicroBenchmarks.Run(rest);
    default:
        Console.Error.WriteLine(Usage);
        return 2;
}
